#include "core/warden/moment.h"

#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"
#include "core/warden/new_layer.h"
#include "core/warden/preflight.h"
#include "core/warden/run_program.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_backing.h"
#include "vmm/image/disk_merge.h"
#include "vmm/image/disk_overlay.h"

#include <QDir>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int copyPatienceMs = 10 * 60'000;

Result<> outcomeOf(const Result<ProgramOutput> &run)
{
    if (run && run->exitCode == 0)
        return {};
    const auto words = run ? QString::fromLocal8Bit(run->error).trimmed() : QString();
    const bool full = words.contains("No space left"_L1);
    return std::unexpected(Error{full ? Error::Kind::NotEnoughDisk : Error::Kind::Failed, words});
}

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

/// What lies below the layer that is written now never changes again. A single one is shared as it
/// is, by a link.
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

/// A new file that takes in all that lies in those below.
Future<> Moment::flatten(const QString &disk)
{
    const DiskLayers layers(m_setup.sandboxDirectory);
    const auto &below = m_save->saved().layers;
    const auto shared = DiskLayers(m_place).file(0, disk);
    const auto base = vmm::backingOf(layers.file(below.last(), disk));
    QStringList rebase{m_setup.qemuImg, u"rebase"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, u"-b"_s, base};
    if (!base.isEmpty())
        rebase << u"-F"_s << u"qcow2"_s;
    rebase << vmm::chainName(QStringList{shared} + layers.files(below, disk));
    auto made = vmm::createOverlay(
        m_setup.qemuImg, {.path = shared, .basePath = layers.file(below.first(), disk)});
    return steps(this, fromVmm(this, std::move(made)))
        .then([this, rebase] {
            return runProgram(this, {.argv = rebase, .patienceMs = copyPatienceMs})
                .then(this, outcomeOf);
        })
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
