#include "ui/terminal/terminal_accessible.h"

#include "ui/terminal/terminal_view.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

TerminalView *viewOf(const QObject *display)
{
    for (QObject *place = display->parent(); place; place = place->parent()) {
        if (auto *view = qobject_cast<TerminalView *>(place))
            return view;
    }
    return nullptr;
}

/// The display of a terminal as a text that grows at its end; it cannot be selected or edited from
/// here.
class TerminalText : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    explicit TerminalText(QWidget *display)
        : QAccessibleWidget(display, QAccessible::Terminal)
    {
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface)
            return static_cast<QAccessibleTextInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    using QAccessibleWidget::text;
    [[nodiscard]] QString text(int start, int end) const override
    {
        return all().mid(start, end - start);
    }
    [[nodiscard]] int characterCount() const override { return int(all().size()); }
    [[nodiscard]] int cursorPosition() const override { return characterCount(); }
    void selection(int, int *start, int *end) const override { *start = *end = 0; }
    [[nodiscard]] int selectionCount() const override { return 0; }
    void addSelection(int, int) override {}
    void removeSelection(int) override {}
    void setSelection(int, int, int) override {}
    void setCursorPosition(int) override {}
    [[nodiscard]] QRect characterRect(int) const override { return {}; }
    [[nodiscard]] int offsetAtPoint(const QPoint &) const override { return -1; }
    void scrollToSubstring(int, int) override {}
    QString attributes(int offset, int *start, int *end) const override
    {
        *start = offset;
        *end = characterCount();
        return {};
    }

private:
    [[nodiscard]] QString all() const
    {
        const TerminalView *view = viewOf(object());
        return view ? view->text() : QString();
    }
};

QAccessibleInterface *made(const QString &className, QObject *object)
{
    return className == "Konsole::TerminalDisplay"_L1 && viewOf(object)
               ? new TerminalText(static_cast<QWidget *>(object))
               : nullptr;
}

} // namespace

void makeTerminalsReadable()
{
    QAccessible::installFactory(made); // installing it again changes nothing
}

} // namespace ui
