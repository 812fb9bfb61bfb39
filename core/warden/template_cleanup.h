#pragma once

#include "core/paths.h"
#include "core/result.h"
#include "vmm/template/machine_template.h"

#include <QStringList>

namespace core {

/// What became of a template that was to go.
struct TemplateRemoval
{
    QString name;
    QStringList users; ///< those that build on its disks, which therefore stay; its memory is gone
    friend bool operator==(const TemplateRemoval &, const TemplateRemoval &) = default;
};

/// All of it, or its memory only where something builds on its disks.
Result<TemplateRemoval> removeTemplate(const Paths &paths, const QString &name);

/// Of another image, guest agent, QEMU or CPU: nothing will be forked from it again.
bool isOutdated(vmm::TemplateIdentity old, const vmm::TemplateIdentity &present);

/// Those whose memory must go for the rest to fit: the least recently used ones. The one used last
/// stays at any rate. Pure.
QStringList beyondBudget(QList<vmm::MachineTemplate> templates, qint64 budgetBytes);

/// After a template was made: lets those go that are outdated, beyond the budget, or without memory
/// and users, and what killed builders left. Tells what it did.
QList<TemplateRemoval> tidyTemplates(
    const Paths &paths, const vmm::TemplateIdentity &present, qint64 budgetBytes);

/// What killed builders and removals left; the notes about failed ones too when `notes` says so.
enum class Notes { KeepRecent, Remove };
void sweepTemplates(const Paths &paths, Notes notes);

} // namespace core
