#include "ui/terminal/terminal_pane.h"

#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

TerminalPane::TerminalPane(TerminalKind kind, const QString &workspace, QWidget *parent)
    : QWidget(parent)
    , m_kind(kind)
    , m_view(new TerminalView(workspace, this))
    , m_bar(new QWidget(this))
    , m_text(new QLabel(m_bar))
    , m_again(new QPushButton(m_bar))
{
    setObjectName(u"terminalPane"_s);
    m_bar->setObjectName(u"terminalEndBar"_s);
    m_text->setObjectName(u"terminalEndText"_s);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_again->setObjectName(u"terminalAgain"_s);
    auto *bar = new QHBoxLayout(m_bar);
    bar->setContentsMargins(gap, gapSmall, gap, gapSmall);
    bar->addWidget(m_text, 1);
    bar->addWidget(m_again);
    m_bar->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_bar);
    setFocusProxy(m_view);
    connect(m_again, &QPushButton::clicked, this, [this] {
        emit againAsked(m_over ? QString() : terminal());
    });
    connect(m_view, &TerminalView::exited, this, [this](const core::CommandExit &exit) {
        m_over = true;
        const QString agent = exit.failure.isEmpty()
                                  ? tr("The agent ended with code %1.").arg(exit.code)
                                  : tr("The agent did not start: %1").arg(exit.failure);
        const QString shell = exit.failure.isEmpty()
                                  ? tr("The shell ended with code %1.").arg(exit.code)
                                  : tr("The shell did not start: %1").arg(exit.failure);
        end(m_kind == TerminalKind::Agent ? agent : shell, tr("Start again"));
    });
    connect(m_view, &TerminalView::detached, this, [this] {
        end(tr("The connection to this terminal is closed; its program goes on."),
            tr("Attach again"));
    });
}

QString TerminalPane::terminal() const
{
    return m_view->session() ? m_view->session()->terminal() : QString();
}

void TerminalPane::show(std::shared_ptr<core::TerminalSession> session)
{
    m_live = true;
    m_over = false;
    m_bar->hide();
    m_view->show(std::move(session));
}

void TerminalPane::fail(const QString &reason)
{
    end(reason, tr("Try again"));
}

void TerminalPane::end(const QString &text, const QString &button)
{
    m_live = false;
    m_text->setText(text);
    m_again->setText(button);
    m_bar->show();
}

} // namespace ui
