#include "core/warden/moment.h"

#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"
#include "core/warden/preflight.h"
#include "core/warden/run_program.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_backing.h"

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

Moment::Moment(Setup setup)
    : m_setup(std::move(setup))
    , m_place(place(m_setup.sandboxDirectory))
{
}

QString Moment::place(const QString &sandboxDirectory)
{
    return sandboxDirectory + u"/forking/moment"_s;
}

Future<> Moment::run()
{
    return steps(this, ready(begin()))
        .then([this] { return m_setup.flush(); })
        .then([this] { return m_setup.terminals.park(); })
        .then([this] { return save(); })
        .then([this] { return copyDisks(); })
        .then([this] { return ready(keep()); })
        .finally([](const Result<> &) {})
        .then(this, [this](const Result<> &saved) { return goOn(saved); })
        .unwrap()
        .then(this,
            [this](
                const Result<> &saved) { return saved ? flattenDisks(diskNames()) : ready(saved); })
        .unwrap();
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

/// The disks are flushed with it, and not written until the machine goes on.
Future<> Moment::save()
{
    return steps(this, fromVmm(this, m_setup.machine.pause()))
        .then([this] {
            return fromVmm(
                this, m_setup.machine.saveState(m_place + u"/state"_s, vmm::SavedMemory::Inside));
        })
        .finally([](const Result<> &) {});
}

/// By the file system's own means where it can share what is copied.
Future<> Moment::copyDisks()
{
    QStringList argv{u"cp"_s, u"--reflink=auto"_s, u"--sparse=always"_s, u"--"_s};
    for (const auto &disk : diskNames())
        argv << DiskLayers(m_setup.sandboxDirectory).files(disk).first();
    argv << m_place;
    return runProgram(this, {.argv = argv, .patienceMs = copyPatienceMs}).then(this, outcomeOf);
}

/// Forks know no layers: what lies in those below is copied as well, while the machine runs.
Future<> Moment::flattenDisks(QStringList disks)
{
    const auto layers =
        disks.isEmpty() ? QStringList() : DiskLayers(m_setup.sandboxDirectory).files(disks.first());
    if (layers.size() < 2)
        return ready(Result<>());
    const auto disk = disks.takeFirst();
    QStringList argv{m_setup.qemuImg, u"rebase"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, u"-b"_s};
    const auto base = vmm::backingOf(layers.last());
    argv << base;
    if (!base.isEmpty())
        argv << u"-F"_s << u"qcow2"_s;
    argv << u"%1/%2.qcow2"_s.arg(m_place, disk);
    return runProgram(this, {.argv = argv, .patienceMs = copyPatienceMs})
        .then(this,
            [this, disks](const Result<ProgramOutput> &run) {
                if (const auto done = outcomeOf(run); !done)
                    return ready(done);
                return flattenDisks(disks);
            })
        .unwrap();
}

Result<> Moment::keep()
{
    return writeFile(m_place + u"/terminals.json"_s,
        QJsonDocument(m_setup.terminals.saved()).toJson(QJsonDocument::Compact));
}

Future<> Moment::goOn(const Result<> &saved)
{
    if (!saved)
        QDir(m_place).removeRecursively();
    if (m_setup.machine.exit())
        return ready(saved);
    return fromVmm(this, m_setup.machine.resume()).then(this, [this, saved](const Result<> &again) {
        m_setup.terminals.resume();
        return saved ? again : saved;
    });
}

} // namespace core
