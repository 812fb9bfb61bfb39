#pragma once

#include "ui/terminal/terminal_view.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {

enum class TerminalKind { Agent, Shell };

/// One tab: a terminal and, when its program has ended or the connection is gone, a line that says
/// so with the way on.
class TerminalPane : public QWidget
{
    Q_OBJECT

public:
    TerminalPane(TerminalKind kind, const QString &workspace, QWidget *parent = nullptr);

    [[nodiscard]] TerminalKind kind() const { return m_kind; }
    [[nodiscard]] QString terminal() const;
    [[nodiscard]] bool isLive() const { return m_live; }
    [[nodiscard]] TerminalView *view() const { return m_view; }

    void show(std::shared_ptr<core::TerminalSession> session);
    /// Shows a reason with the button to try again.
    void fail(const QString &reason);

signals:
    /// `terminal` names the one to attach to again; empty: a new one.
    void againAsked(const QString &terminal);

private:
    void end(const QString &text, const QString &button);

    TerminalKind m_kind;
    TerminalView *m_view;
    QWidget *m_bar;
    QLabel *m_text;
    QPushButton *m_again;
    bool m_live = false;
    bool m_over = false; ///< the program has ended
};

} // namespace ui
