#include "ui/main_window/sandbox_header.h"

#include "ui/dashboard/state_mark.h"
#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

QLabel *plainLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

SandboxHeader::SandboxHeader(QString agentName, QWidget *parent)
    : QWidget(parent)
    , m_agentName(std::move(agentName))
    , m_mark(new StateMark(this))
    , m_name(plainLabel(u"headerName"_s, this))
    , m_what(plainLabel(u"headerState"_s, this))
    , m_where(plainLabel(u"headerFolder"_s, this))
    , m_start(button(u"headerStart"_s, u"start"_s, tr("Start")))
    , m_suspend(button(u"headerSuspend"_s, u"pause"_s, tr("Suspend")))
    , m_stop(button(u"headerStop"_s, u"stop"_s, tr("Stop")))
{
    setObjectName(u"header"_s);
    m_mark->setObjectName(u"headerMark"_s);
    makeHeading(m_name);
    m_where->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    makeQuiet(m_where);
    m_suspend->setToolTip(tr("Keeps the machine as it is; it goes on there when you resume it"));
    connect(m_start, &QPushButton::clicked, this, &SandboxHeader::startAsked);
    connect(m_suspend, &QPushButton::clicked, this, [this] {
        m_suspend->setEnabled(false);
        emit suspendAsked();
    });
    connect(m_stop, &QPushButton::clicked, this, &SandboxHeader::stopAsked);
    auto *title = new QHBoxLayout;
    title->setSpacing(gapSmall + 2);
    title->addWidget(m_mark);
    title->addWidget(m_name);
    title->addWidget(m_what, 1);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addLayout(title);
    texts->addWidget(m_where);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(gap + 2, gap, gap, gap);
    layout->addLayout(texts, 1);
    layout->addWidget(m_start);
    layout->addWidget(m_suspend);
    layout->addWidget(m_stop);
}

QPushButton *SandboxHeader::button(const QString &name, const QString &icon, const QString &text)
{
    auto *made = new QPushButton(themedIcon(icon, palette()), text, this);
    made->setObjectName(name);
    return made;
}

void SandboxHeader::show(const core::SandboxStatus &status)
{
    const Headline line = headline(status);
    m_mark->show(line);
    m_name->setText(
        status.settings.name.isEmpty() ? status.settings.id.value : status.settings.name);
    m_what->setText(line.text);
    QPalette colors = m_what->palette();
    colors.setColor(QPalette::WindowText, toneColor(line.tone, palette()));
    m_what->setPalette(colors);
    m_where->setText(u"%1   ·   %2   ·   %3"_s.arg(
        m_agentName, shortPath(status.settings.workspace), describe(status.settings.network)));
    const bool off = core::isOff(status.state);
    m_start->setVisible(off);
    m_start->setText(status.state == core::SandboxState::Suspended ? tr("Resume") : tr("Start"));
    m_suspend->setVisible(status.state == core::SandboxState::Running);
    m_suspend->setEnabled(true);
    m_stop->setVisible(!off);
    m_stop->setEnabled(status.state != core::SandboxState::Stopping);
}

} // namespace ui
