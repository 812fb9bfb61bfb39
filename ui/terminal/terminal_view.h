#pragma once

#include "core/client/terminal_session.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QTermWidget;

namespace ui {

class KeyFilter;
class PtyFeed;

/// A terminal on the screen, paired with a session in the sandbox. The only unit that knows the
/// terminal widget.
class TerminalView : public QWidget
{
    Q_OBJECT

public:
    /// Files dropped from below `workspace` are typed as paths; others are not taken.
    explicit TerminalView(QString workspace, QWidget *parent = nullptr);
    ~TerminalView() override;

    /// Shows the session's output from now on; an earlier one is detached.
    void show(std::shared_ptr<core::TerminalSession> session);
    [[nodiscard]] core::TerminalSession *session() const { return m_session.get(); }
    [[nodiscard]] int columns() const;
    [[nodiscard]] int rows() const;

    void copy();
    void paste();
    void find();
    void clearScrollback();
    void zoom(int steps); ///< 0: back to the usual size
    /// Shows all lines there are in a window where a screen reader or a keyboard can move in them.
    void showAsText();
    /// All lines there are, without blanks at their ends.
    [[nodiscard]] QString text() const;

signals:
    void exited(const core::CommandExit &exit);
    void detached();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    void buildWidget();
    void connectKeys();
    void connectSession();
    void send(const QByteArray &bytes);
    void pasteText(const QString &text);
    void sendPaste(QString clean);
    void announceOutput();
    void reportSize();
    void showMenu(const QPoint &position);

    QString m_workspace;
    QTermWidget *m_widget = nullptr;
    QWidget *m_display = nullptr;
    KeyFilter *m_keys = nullptr;
    std::unique_ptr<PtyFeed> m_feed;
    std::shared_ptr<core::TerminalSession>
        m_session;       ///< shared with nobody; the client hands it out so
    QByteArray m_early;  ///< typed before there was a session
    QString m_announced; ///< the text that screen readers know of
    QTimer m_announceTimer;
    QTimer m_sizeTimer;
    QTimer m_replayTimer; ///< runs out when the widget has taken the replay in
    bool m_replaying = false;
    int m_pointSize = 11;
};

} // namespace ui
