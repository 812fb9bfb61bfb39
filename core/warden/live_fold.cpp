#include "core/warden/live_fold.h"

#include "core/sandbox/disk_layers.h"
#include "core/warden/layer_merge.h"
#include "core/warden/machine_plan.h"
#include "core/warden/preflight.h"
#include "core/warden/snapshot_store.h"
#include "core/warden/vmm_error.h"
#include "vmm/machine/machine.h"

#include <QFile>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto delay = 1s; // what somebody waits for comes first
constexpr int patienceMs = 60 * 60'000;
constexpr qint64 spareMiB = 64;

std::unexpected<Error> failure(const QString &detail)
{
    return std::unexpected(Error{.kind = Error::Kind::Failed, .detail = detail});
}

bool isAlone(const QString &file)
{
    struct stat facts = {};
    return ::stat(QFile::encodeName(file).constData(), &facts) == 0 && facts.st_nlink == 1;
}

/// A file that QEMU was given by its name stays mounted where QEMU runs, and would keep its room as
/// long as that. Nobody reads it any more.
void giveRoomBack(const QString &sandboxDirectory, const LayerFold &fold)
{
    const auto needed = SnapshotStore(sandboxDirectory).neededLayers();
    if (!needed)
        return;
    for (const int layer : {fold.into, fold.layer})
        for (const auto &disk : diskNames()) {
            const auto file = DiskLayers(sandboxDirectory).file(layer, disk);
            if (!needed->contains(layer) && isAlone(file))
                QFile::resize(file, 0);
        }
}

} // namespace

LiveFold::LiveFold(Setup setup)
    : m_setup(std::move(setup))
{
    const auto chain = DiskLayers(m_setup.sandboxDirectory).chain().value_or(QList<int>());
    for (const auto &disk : diskNames())
        m_below.insert(disk, m_setup.machine.nodes().of(disk).size() - chain.size());
    m_soon.setSingleShot(true);
    m_soon.setInterval(delay);
    connect(&m_soon, &QTimer::timeout, this, &LiveFold::look);
}

LiveFold::~LiveFold() = default;

Future<> LiveFold::end(Ending how)
{
    m_soon.stop();
    if (m_phase == Phase::Merging && how == Ending::GiveUp) {
        m_merging.reset();
        DiskLayers(m_setup.sandboxDirectory).dropMerged();
        m_phase = Phase::Idle;
        m_done->settle({});
    }
    return m_phase == Phase::Idle ? ready(Result<>()) : m_done->future();
}

void LiveFold::look()
{
    if (m_phase != Phase::Idle || !m_setup.mayRun())
        return;
    auto facts = readFoldFacts(m_setup.sandboxDirectory);
    if (!facts)
        return;
    facts->top = FoldFacts::Top::Stays;
    const auto fold = nextFold(*facts);
    if (!fold)
        return;
    if (const auto fits = checkSetting(*facts, *fold); !fits)
        qWarning("the disks keep their layers: %s", qPrintable(fits.error().detail));
    else
        merge(*fold);
}

Result<> LiveFold::checkSetting(const FoldFacts &facts, const LayerFold &fold) const
{
    for (const auto &disk : diskNames()) {
        const auto nodes = m_setup.machine.nodes().of(disk).size();
        if (nodes != facts.present.size() + m_below.value(disk))
            return failure(u"the machine has another number of them"_s);
    }
    const auto bytes = facts.bytes.value(fold.layer) + facts.bytes.value(fold.into);
    return checkRoom(readHostRoom(m_setup.sandboxDirectory),
        {.diskMiB = (bytes >> 20) + spareMiB, .floorGiB = m_setup.diskFloorGiB});
}

void LiveFold::merge(const LayerFold &fold)
{
    m_phase = Phase::Merging;
    m_merging = std::make_unique<QObject>();
    m_done = std::make_unique<Outcome>();
    const MergeSetup setup{.program = {u"nice"_s, u"-n"_s, u"19"_s, m_setup.qemuImg},
        .sandboxDirectory = m_setup.sandboxDirectory,
        .patienceMs = patienceMs};
    steps(m_merging.get(), mergeLayers(m_merging.get(), setup, fold))
        .then([this, fold] {
            m_phase = Phase::Changing;
            return change(fold);
        })
        .then([this, fold] { return ready(keep(fold)); })
        .finally([this](const Result<> &done) { finish(done); });
}

Future<> LiveFold::change(const LayerFold &fold)
{
    const DiskLayers layers(m_setup.sandboxDirectory);
    const auto chain = layers.chain();
    if (!chain)
        return ready(Result<>(std::unexpected(chain.error())));
    const auto at = chain->indexOf(fold.into);
    if (at < 1 || chain->value(at + 1, -1) != fold.layer)
        return ready(Result<>(failure(u"they have changed meanwhile"_s)));
    QList<vmm::DiskMerge> merges;
    for (const auto &disk : diskNames())
        merges.append({.disk = disk, .at = at, .path = layers.merged(disk)});
    m_change = std::make_unique<vmm::DiskFold>(m_setup.machine, merges);
    return fromVmm(this, m_change->run());
}

Result<> LiveFold::keep(const LayerFold &fold)
{
    if (auto adopted = adoptMerged(m_setup.sandboxDirectory, fold); !adopted)
        return adopted;
    if (m_change->remains().isEmpty())
        giveRoomBack(m_setup.sandboxDirectory, fold);
    else
        qWarning("a folded layer keeps its room: %s", qPrintable(m_change->remains()));
    SnapshotStore(m_setup.sandboxDirectory).sweep();
    return {};
}

void LiveFold::finish(const Result<> &done)
{
    m_merging.release()->deleteLater(); // these may be telling us this
    if (m_change)
        m_change.release()->deleteLater();
    m_phase = Phase::Idle;
    DiskLayers(m_setup.sandboxDirectory).dropMerged();
    if (done) {
        wake();
        emit folded();
    } else {
        qWarning("the disks keep their layers: %s", qPrintable(done.error().detail));
    }
    m_done->settle(done ? done : Result<>()); // who waits has no part in it
}

} // namespace core
