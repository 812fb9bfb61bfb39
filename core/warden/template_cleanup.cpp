#include "core/warden/template_cleanup.h"

#include "core/client/file_lock.h"
#include "core/warden/disk_users.h"
#include "core/warden/template_progress.h"
#include "core/warden/vmm_error.h"
#include "vmm/template/template_store.h"

#include <QDateTime>
#include <QDir>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto recent = 7 * 24h;
constexpr auto patience = 5s;

/// One removal at a time: what one has out of sight may come back, and is no leftover.
std::optional<FileLock> removalLock(const Paths &paths)
{
    return FileLock::take(paths.templates() + u"/.lock-removal"_s, patience);
}

void removeBuild(const Paths &paths, const QString &key)
{
    // Under its lock, so that it is nobody's work.
    if (const auto lock = FileLock::take(templateLock(paths, key)))
        QDir(vmm::TemplateStore(paths.templates()).buildDirectory(key)).removeRecursively();
}

} // namespace

Result<TemplateRemoval> removeTemplate(const Paths &paths, const QString &name)
{
    const auto lock = removalLock(paths);
    if (!lock)
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"templates are being removed already"_s});
    const vmm::TemplateStore store(paths.templates());
    TemplateRemoval removal{.name = name, .users = usersOfTemplate(paths, name)};
    if (removal.users.isEmpty()) {
        const auto removed = fromVmm(store.remove(name, [&] {
            removal.users = usersOfTemplate(paths, name);
            return !removal.users.isEmpty();
        }));
        if (!removed)
            return std::unexpected(removed.error());
        if (*removed)
            return removal;
    }
    if (const auto gone = fromVmm(store.discardMemory(name)); !gone)
        return std::unexpected(gone.error());
    return removal;
}

bool isOutdated(vmm::TemplateIdentity old, const vmm::TemplateIdentity &present)
{
    old.cpus = present.cpus;
    old.memoryMiB = present.memoryMiB;
    old.diskGiB = present.diskGiB;
    return old != present;
}

QStringList beyondBudget(QList<vmm::MachineTemplate> templates, qint64 budgetBytes)
{
    std::ranges::sort(templates, std::greater(), &vmm::MachineTemplate::used);
    QStringList names;
    qint64 total = 0;
    bool isFirst = true;
    for (const auto &entry : std::as_const(templates)) {
        if (!entry.canFork)
            continue;
        total += entry.memoryBytes;
        if (!std::exchange(isFirst, false) && total > budgetBytes)
            names << entry.name;
    }
    return names;
}

QList<TemplateRemoval> tidyTemplates(
    const Paths &paths, const vmm::TemplateIdentity &present, qint64 budgetBytes)
{
    const auto templates = vmm::TemplateStore(paths.templates()).list().templates;
    auto names = beyondBudget(templates, budgetBytes);
    for (const auto &entry : templates) {
        const bool hasMemory = entry.memoryBytes > 0;
        if (names.contains(entry.name) || (hasMemory && !isOutdated(entry.identity, present)))
            continue;
        if (hasMemory || usersOfTemplate(paths, entry.name).isEmpty())
            names << entry.name;
    }
    QList<TemplateRemoval> removals;
    for (const auto &name : std::as_const(names)) {
        const auto removal = removeTemplate(paths, name);
        if (removal)
            removals << *removal;
        else
            qWarning("template %s stays: %s", qPrintable(name), qPrintable(removal.error().detail));
    }
    sweepTemplates(paths, Notes::KeepRecent);
    return removals;
}

void sweepTemplates(const Paths &paths, Notes notes)
{
    const auto lock = removalLock(paths);
    if (!lock)
        return;
    const QDir directory(paths.templates());
    const auto filter = QDir::Dirs | QDir::Hidden;
    for (const auto &name : directory.entryList({u".building-*"_s}, filter))
        removeBuild(paths, name.section(u'-', 1));
    for (const auto &name : directory.entryList({u".removed-*"_s}, filter))
        QDir(directory.filePath(name)).removeRecursively();
    const auto oldest =
        QDateTime::currentMSecsSinceEpoch() - std::chrono::milliseconds(recent).count();
    for (const auto &note : allTemplateProgress(paths))
        if (note.state != TemplateProgress::State::Building &&
            (notes == Notes::Remove || note.sinceMs < oldest))
            removeProgress(paths, note.key);
}

} // namespace core
