#include "ui/launch/template_note.h"

#include <QLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui {

TemplateNote::TemplateNote(core::Paths paths, QWidget *parent)
    : TemplateLine(parent)
    , m_paths(std::move(paths))
{
    setObjectName(u"sheetTemplate"_s);
    layout()->setContentsMargins({});
    connect(&m_timer, &QTimer::timeout, this, qOverload<>(&TemplateNote::look));
    m_timer.start(1s);
}

void TemplateNote::look(const LaunchForm &form)
{
    m_form = form;
    look();
}

void TemplateNote::look()
{
    std::optional<core::TemplateProgress> ours;
    for (const core::TemplateProgress &one : core::allTemplateProgress(m_paths)) {
        const bool fits = one.cpus == m_form.cpus && one.memoryMiB == m_form.memoryMiB &&
                          one.diskGiB == m_form.diskGiB;
        if (fits && one.state == core::TemplateProgress::State::Building)
            ours = one;
    }
    show(ours);
}

} // namespace ui
