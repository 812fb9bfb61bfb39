#include "ui/text/describe_template.h"

#include "ui/text/tr.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

/// As core/warden/template_build tells them; a step of another version is shown as it comes.
constexpr std::array steps{QT_TRANSLATE_NOOP("ui", "Looking at this computer"),
    QT_TRANSLATE_NOOP("ui", "Preparing the disks"),
    QT_TRANSLATE_NOOP("ui", "Booting the machine"),
    QT_TRANSLATE_NOOP("ui", "Starting Docker"),
    QT_TRANSLATE_NOOP("ui", "Warming up the agents"),
    QT_TRANSLATE_NOOP("ui", "Freezing it"),
    QT_TRANSLATE_NOOP("ui", "Writing it down")};

QString stepText(const QString &step)
{
    for (const char *known : steps) {
        if (step == QLatin1StringView(known))
            return tr(known);
    }
    return step;
}

} // namespace

QString describe(const core::TemplateProgress &progress)
{
    using enum core::TemplateProgress::State;
    switch (progress.state) {
    case Building:
        return tr("Getting a warm machine ready: %1, %2 %")
            .arg(stepText(progress.step))
            .arg(progress.percent);
    case Failed:
        return tr("No warm machine was made: %1").arg(progress.reason);
    case Stopped:
        return tr("Getting a warm machine ready was interrupted");
    }
    std::unreachable();
}

QString explain(const core::TemplateProgress &progress)
{
    return progress.state == core::TemplateProgress::State::Building
               ? tr("Once it is ready, new sandboxes of this size start in about a second. Until "
                    "then they boot.")
               : tr("New sandboxes boot as before. It is tried again after the next one has.");
}

} // namespace ui
