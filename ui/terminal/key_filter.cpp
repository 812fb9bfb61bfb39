#include "ui/terminal/key_filter.h"

#include <QMouseEvent>

#include <algorithm>
#include <array>

namespace ui {

namespace {

constexpr std::array withControlAndShift{Qt::Key_N,
    Qt::Key_A,
    Qt::Key_T,
    Qt::Key_W,
    Qt::Key_C,
    Qt::Key_V,
    Qt::Key_F,
    Qt::Key_K,
    Qt::Key_Tab,
    Qt::Key_Backtab,
    Qt::Key_F6,
    Qt::Key_Plus};
constexpr std::array withControl{Qt::Key_Tab,
    Qt::Key_PageUp,
    Qt::Key_PageDown,
    Qt::Key_Plus,
    Qt::Key_Minus,
    Qt::Key_0,
    Qt::Key_F6};

bool isEnter(const QKeyEvent &key)
{
    return key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
}

} // namespace

bool isReserved(const QKeyEvent &key)
{
    const Qt::KeyboardModifiers modifiers = key.modifiers() & ~Qt::KeypadModifier;
    const auto has = [&key](const auto &keys) {
        return std::ranges::find(keys, key.key()) != keys.end();
    };
    if (modifiers == (Qt::ControlModifier | Qt::ShiftModifier))
        return has(withControlAndShift);
    return modifiers == Qt::ControlModifier && has(withControl);
}

bool KeyFilter::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::ShortcutOverride: {
        auto *key = static_cast<QKeyEvent *>(event);
        if (isReserved(*key)) {
            event->ignore();
            return true; // the widget must not claim it either
        }
        event->accept();
        return true;
    }
    case QEvent::KeyPress:
        emit pressed();
        return keyPressed(*static_cast<QKeyEvent *>(event));
    case QEvent::MouseButtonPress:
        if (static_cast<QMouseEvent *>(event)->button() == Qt::MiddleButton) {
            emit pasteSelectionAsked();
            return true;
        }
        return false;
    case QEvent::Resize:
        emit resized();
        return false;
    default:
        return QObject::eventFilter(watched, event);
    }
}

bool KeyFilter::keyPressed(const QKeyEvent &key)
{
    if (isReserved(key))
        return true; // reached us although no action took it: not the guest's
    if (isEnter(key) && key.modifiers().testFlag(Qt::ShiftModifier) &&
        !key.modifiers().testFlag(Qt::ControlModifier)) {
        emit newLineAsked();
        return true;
    }
    if (key.key() == Qt::Key_Insert && key.modifiers() == Qt::ShiftModifier) {
        emit pasteSelectionAsked();
        return true;
    }
    return false;
}

} // namespace ui
