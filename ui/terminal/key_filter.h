#pragma once

#include <QKeyEvent>
#include <QObject>

namespace ui {

/// Whether a key belongs to Paddock even while a terminal has the focus; every other key is the
/// guest's.
bool isReserved(const QKeyEvent &key);

/// On a terminal's display: keeps shortcuts of the application away from the guest's keys, and
/// tells the keys and clicks that mean something of ours there.
class KeyFilter : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void pressed();             ///< any key, before it is used
    void newLineAsked();        ///< Shift+Enter
    void pasteSelectionAsked(); ///< Shift+Insert or the middle button
    void resized();

private:
    bool keyPressed(const QKeyEvent &key);
};

} // namespace ui
