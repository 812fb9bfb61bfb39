#include "core/warden/disk_care.h"

#include "core/sandbox/disk_layers.h"
#include "core/warden/guest_control.h"
#include "core/warden/guest_run.h"
#include "core/warden/machine_plan.h"
#include "core/warden/vmm_error.h"
#include "vmm/machine/disks.h"
#include "vmm/machine/machine.h"

#include <QDateTime>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto trimInterval = 15min;
constexpr auto firstLookDelay = 20s;
constexpr auto trimPatience = 5min;
constexpr auto lookPatience = 30s;
constexpr auto growPatience = 10min;
constexpr qint64 maxBytes = qint64(1) << 50;
constexpr qint64 worthTrimming = qint64(64) << 20;

/// Where the guest mounts each of diskNames().
const QStringList &mountPoints()
{
    static const QStringList points{u"/"_s, u"/var/lib/docker"_s, u"/var/lib/paddock/work"_s};
    return points;
}

Error strange()
{
    return {Error::Kind::Failed, u"the sandbox does not tell the sizes of its disks"_s};
}

Future<> refused(const Error &error)
{
    return ready(Result<>(std::unexpected(error)));
}

Error gone()
{
    return {Error::Kind::StateConflict, u"the machine is gone"_s};
}

} // namespace

Result<QList<DiskRecord>> parseDiskSizes(const QByteArray &df)
{
    const auto lines = df.trimmed().split('\n');
    if (lines.size() != diskNames().size() + 1) // a headline
        return std::unexpected(strange());
    QList<DiskRecord> disks;
    for (qsizetype i = 0; i < diskNames().size(); ++i) {
        const auto words = lines[i + 1].simplified().split(' ');
        std::array<bool, 2> good{};
        const DiskRecord disk{.name = diskNames()[i],
            .size = words.value(0).toLongLong(&good[0]),
            .used = words.value(1).toLongLong(&good[1])};
        const bool fits =
            disk.size > 0 && disk.size <= maxBytes && disk.used >= 0 && disk.used <= disk.size;
        if (words.size() != 2 || !good[0] || !good[1] || !fits)
            return std::unexpected(strange());
        disks << disk;
    }
    return disks;
}

DiskCare::DiskCare(Setup setup, vmm::Machine &machine, GuestControl &control)
    : m_setup(std::move(setup))
    , m_machine(&machine)
    , m_control(&control)
{
    if (const auto known = readDiskRecords(m_setup.sandboxDirectory))
        m_records = *known;
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_machine && m_machine->state() == vmm::Machine::State::Running)
            tidy(trimPatience);
    });
    m_timer.start(trimInterval);
}

Future<> DiskCare::begin()
{
    // What the user waits for starts first.
    QTimer::singleShot(firstLookDelay, this, [this] {
        steps(this, look(Baseline::Keep))
            .then([this] { return growDisks(); }) // a file system that was left behind
            .finally([](const Result<> &) {});
    });
    return growDisks();
}

Future<> DiskCare::survey()
{
    return look(Baseline::Keep);
}

Future<> DiskCare::tidy(std::chrono::milliseconds patience)
{
    return steps(this, look(Baseline::Keep))
        .then([this, patience] {
            qint64 sum = 0;
            for (const auto &disk : m_records.disks)
                sum += reclaimable(disk, DiskLayers(m_setup.sandboxDirectory).bytes(disk.name));
            return sum < worthTrimming ? ready(Result<>()) : trim(patience);
        })
        .finally([](const Result<> &) {});
}

Future<> DiskCare::trim(std::chrono::milliseconds patience)
{
    if (!m_control)
        return refused(gone());
    // Pieces smaller than a cluster of the disk's file cannot be given back.
    QStringList script{u"for at; do fstrim --minimum 64KiB \"$at\" || exit; done"_s};
    return steps(this,
        runInGuest(this,
            *m_control,
            QStringList{u"sh"_s, u"-c"_s} + script + QStringList{u"fstrim"_s} + mountPoints(),
            patience))
        .then([this] { return look(Baseline::Now); })
        .finally([](const Result<> &) {});
}

Future<> DiskCare::look(Baseline baseline)
{
    if (!m_control)
        return refused(gone());
    // What counts as used and is in the guest's memory only would look like room later.
    const bool begins = baseline == Baseline::Now || m_records.disks.isEmpty();
    const auto sizes = u"exec env LC_ALL=C df -B1 --output=size,used \"$@\""_s;
    const auto script = begins ? u"sync; "_s + sizes : sizes;
    return steps(this,
        outputInGuest(this,
            *m_control,
            QStringList{u"sh"_s, u"-c"_s, script, u"df"_s} + mountPoints(),
            lookPatience))
        .then([this, baseline](const QByteArray &df) { return ready(take(df, baseline)); })
        .finally([](const Result<> &) {});
}

Result<> DiskCare::take(const QByteArray &df, Baseline baseline)
{
    auto disks = parseDiskSizes(df);
    if (!disks)
        return std::unexpected(disks.error());
    for (auto &disk : *disks) {
        const auto known = std::ranges::find(m_records.disks, disk.name, &DiskRecord::name);
        if (baseline == Baseline::Keep && known != m_records.disks.end()) {
            disk.ownThen = known->ownThen;
            disk.usedThen = known->usedThen;
        } else {
            disk.ownThen = DiskLayers(m_setup.sandboxDirectory).bytes(disk.name);
            disk.usedThen = disk.used;
        }
    }
    m_records = {.atMs = QDateTime::currentMSecsSinceEpoch(), .disks = *std::move(disks)};
    return writeDiskRecords(m_setup.sandboxDirectory, m_records);
}

Future<> DiskCare::grow(int diskGiB)
{
    m_setup.diskGiB = std::max(diskGiB, m_setup.diskGiB);
    return steps(this, growDisks())
        .then([this] { return look(Baseline::Keep); })
        .finally([](const Result<> &) {});
}

Future<> DiskCare::growDisks()
{
    if (!m_machine)
        return refused(gone());
    if (m_setup.mayGrow && !m_setup.mayGrow())
        return refused({Error::Kind::StateConflict, u"a snapshot is being taken"_s});
    m_isGrowing = true;
    using Nodes = QHash<QString, vmm::DiskNode>;
    return steps(this, fromVmm(this, vmm::diskNodes(*m_machine)))
        .then([this](const Nodes &nodes) {
            return steps(this, growDisk(u"docker"_s, nodes.value(u"docker"_s)))
                .then([this, nodes] { return growDisk(u"work"_s, nodes.value(u"work"_s)); })
                .finally([](const Result<> &) {});
        })
        .finally([this](const Result<> &) { m_isGrowing = false; });
}

Future<> DiskCare::growDisk(const QString &name, const vmm::DiskNode &node)
{
    const auto wanted = diskBytes(name, m_setup.diskGiB);
    const auto known = std::ranges::find(m_records.disks, name, &DiskRecord::name);
    // ext4 keeps some of a disk for itself, of 1 GiB a tenth.
    const bool leftBehind = known != m_records.disks.end() && known->size < node.bytes / 10 * 8;
    if (node.bytes <= 0 || !m_machine)
        return refused(gone());
    if (node.bytes >= wanted)
        return leftBehind ? growFileSystem(name) : ready(Result<>());
    qInfo("the disk %s grows to %lld bytes", qPrintable(name), static_cast<long long>(wanted));
    return steps(this, fromVmm(this, vmm::resizeDisk(*m_machine, node, wanted)))
        .then([this, name] { return growFileSystem(name); })
        .finally([](const Result<> &) {});
}

Future<> DiskCare::growFileSystem(const QString &name)
{
    if (!m_control)
        return refused(gone());
    const auto script = u"resize2fs \"$(df --output=source \"$1\" | tail -n 1)\""_s;
    return runInGuest(this,
        *m_control,
        {u"sh"_s, u"-c"_s, script, u"resize2fs"_s, mountPoints()[diskNames().indexOf(name)]},
        growPatience);
}

} // namespace core
