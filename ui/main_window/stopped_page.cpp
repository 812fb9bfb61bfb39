#include "ui/main_window/stopped_page.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

StoppedPage::StoppedPage(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_about(new QLabel(this))
    , m_button(new QPushButton(this))
{
    setObjectName(u"stoppedPage"_s);
    m_text->setObjectName(u"stoppedText"_s);
    m_text->setTextFormat(Qt::PlainText);
    makeHeading(m_text);
    m_about->setObjectName(u"stoppedAbout"_s);
    makeQuiet(m_about);
    m_button->setObjectName(u"stoppedStart"_s);
    setFocusProxy(m_button);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_silent)
            emit restartAsked();
        else
            emit startAsked();
    });
    auto *layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addWidget(m_text, 0, Qt::AlignCenter);
    layout->addWidget(m_about, 0, Qt::AlignCenter);
    layout->addSpacing(gap);
    layout->addWidget(m_button, 0, Qt::AlignCenter);
    layout->addStretch(3);
}

void StoppedPage::show(const core::SandboxStatus &status)
{
    const QString &name = status.settings.name;
    m_silent = status.state == core::SandboxState::NotAnswering;
    if (m_silent) {
        m_text->setText(tr("%1 is not answering").arg(name));
        m_about->setText(tr("It may come back by itself. A restart ends its machine, by force if "
                            "need be; its disk is kept."));
        m_button->setText(tr("Restart"));
    } else if (status.state == core::SandboxState::Paused) {
        m_text->setText(isDiskFull(status) ? tr("%1 stands still: the disk is full").arg(name)
                                           : tr("%1 stands still: the disk fails").arg(name));
        m_about->setText(
            isDiskFull(status)
                ? tr("Nothing is lost. Free some space on this computer and it goes on by itself.")
                : tr("Nothing is lost. See to this computer's disk, then try again."));
        m_button->setText(tr("Try again"));
    } else if (status.state == core::SandboxState::Suspended) {
        m_text->setText(tr("%1 is suspended").arg(name));
        m_about->setText(tr("Its machine is kept as it was: programs go on where they stood."));
        m_button->setText(tr("Resume"));
    } else {
        m_text->setText(tr("%1 is stopped").arg(name));
        m_about->setText(
            tr("Its disk is kept: what the agent installed is there when you start it again."));
        m_button->setText(tr("Start"));
    }
    m_button->setIcon(themedIcon(u"start"_s, palette()));
}

} // namespace ui
