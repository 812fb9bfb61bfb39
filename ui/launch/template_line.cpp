#include "ui/launch/template_line.h"

#include "ui/style/theme.h"
#include "ui/text/describe_template.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int barWidth = 96;
constexpr int barHeight = 8;

} // namespace

TemplateLine::TemplateLine(QWidget *parent)
    : QWidget(parent)
    , m_bar(new QProgressBar(this))
    , m_text(new QLabel(this))
{
    setObjectName(u"templateLine"_s);
    m_bar->setObjectName(u"templateBar"_s);
    m_bar->setAccessibleName(tr("Warm machine"));
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 100);
    m_bar->setFixedSize(barWidth, barHeight);
    m_text->setObjectName(u"templateText"_s);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    makeQuiet(m_text);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(gap, gapSmall, gap, gapSmall);
    layout->setSpacing(gap);
    layout->addWidget(m_bar);
    layout->addWidget(m_text, 1);
    hide();
}

void TemplateLine::show(const std::optional<core::TemplateProgress> &progress)
{
    setVisible(progress.has_value());
    if (!progress)
        return;
    m_bar->setVisible(progress->state == core::TemplateProgress::State::Building);
    m_bar->setValue(progress->percent);
    m_text->setText(describe(*progress));
    setToolTip(explain(*progress));
}

} // namespace ui
