#include "core/warden/moment.h"

#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"
#include "core/warden/new_layer.h"
#include "core/warden/preflight.h"
#include "core/warden/run_program.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_merge.h"

#include <QDir>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int mergePatienceMs = 10 * 60'000;

} // namespace

Moment::Moment(LiveSave::Setup setup)
    : m_setup(std::move(setup))
    , m_place(place(m_setup.sandboxDirectory))
{
}

QString Moment::place(const QString &sandboxDirectory)
{
    return sandboxDirectory + u"/forking/moment"_s;
}

Future<> Moment::run(qsizetype mostLayers)
{
    return steps(this, ready(begin()))
        .then([this, mostLayers] { return save(mostLayers); })
        .then([this] { return gather(diskNames()); })
        .then([this] { return coverDisks(); })
        .then([this] { return ready(keep()); })
        .finally([this](const Result<> &saved) {
            if (!saved)
                QDir(m_place).removeRecursively();
        });
}

Result<> Moment::begin()
{
    const auto room = readHostRoom(m_setup.sandboxDirectory);
    const auto wanted = m_setup.machine.spec().memory.sizeMiB;
    if (room.diskMiB >= 0 && room.diskMiB < 2 * wanted)
        return std::unexpected(Error{Error::Kind::NotEnoughDisk,
            u"a fork may need %1 MiB and %2 MiB are free"_s.arg(2 * wanted).arg(room.diskMiB)});
    QDir(m_place).removeRecursively();
    if (!makePrivateDirectory(m_place))
        return std::unexpected(Error{Error::Kind::Failed, u"cannot create "_s + m_place});
    return {};
}

Future<> Moment::save(qsizetype mostLayers)
{
    m_save = std::make_unique<LiveSave>(m_setup, m_place + u"/state"_s);
    return m_save->run(mostLayers);
}

/// What lies below the layer that is written now never changes again, so a single one is shared as
/// it is, by a link.
Future<> Moment::gather(QStringList disks)
{
    if (disks.isEmpty())
        return ready(Result<>());
    const auto disk = disks.takeFirst();
    const auto &below = m_save->saved().layers;
    const auto own = DiskLayers(m_setup.sandboxDirectory).file(below.first(), disk);
    const auto shared = DiskLayers(m_place).file(0, disk);
    return steps(this, below.size() == 1 ? ready(linkFile(own, shared)) : flatten(disk))
        .then([this, disks] { return gather(disks); })
        .finally([](const Result<> &) {});
}

/// All that lies in those below, in a new file.
Future<> Moment::flatten(const QString &disk)
{
    const auto &below = m_save->saved().layers;
    const auto shared = DiskLayers(m_place).file(0, disk);
    const auto merge = fromVmm(vmm::mergeCommands(m_setup.qemuImg,
        {.files = DiskLayers(m_setup.sandboxDirectory).files(below, disk),
            .path = shared,
            .count = below.size()}));
    if (!merge)
        return ready(Result<>(std::unexpected(merge.error())));
    QList<QStringList> commands;
    for (const auto &command : *merge)
        commands << QStringList{command.program} + command.arguments;
    return steps(this, runAll(this, commands, mergePatienceMs))
        .then([shared] { return ready(syncToDisk(shared)); })
        .finally([](const Result<> &) {});
}

Future<> Moment::coverDisks()
{
    return makeLayer(this, m_setup.qemuImg, m_place, {0})
        .then(this, [this](const Result<int> &layer) -> Result<> {
            if (!layer)
                return std::unexpected(layer.error());
            const DiskLayers layers(m_place);
            if (auto prepared = layers.prepare({*layer, 0}); !prepared)
                return prepared;
            return layers.commit();
        });
}

Result<> Moment::keep()
{
    return writeFile(m_place + u"/terminals.json"_s,
        QJsonDocument(m_save->saved().terminals).toJson(QJsonDocument::Compact));
}

} // namespace core
