#include "core/warden/automatic_snapshots.h"

#include <QDateTime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto lookInterval = 30s;
constexpr qint64 leastPauseMs = 2 * 60'000; ///< between two that prompts are the reason of

} // namespace

std::optional<SnapshotReason> dueSnapshot(const AutomaticFacts &facts)
{
    const qint64 since = facts.nowMs - facts.lastMs;
    if (!facts.changed)
        return std::nullopt;
    if (facts.prompted && facts.beforePrompt && since >= leastPauseMs)
        return SnapshotReason::Prompt;
    if (facts.everyMinutes > 0 && since >= qint64(facts.everyMinutes) * 60'000)
        return SnapshotReason::Hourly;
    return std::nullopt;
}

QString automaticName(qint64 atMs)
{
    return QDateTime::fromMSecsSinceEpoch(atMs).toString(u"'auto-'yyyyMMdd-HHmmss"_s);
}

AutomaticSnapshots::AutomaticSnapshots(
    Snapshots &snapshots, const Terminals &terminals, std::function<Config()> config)
    : m_snapshots(snapshots)
    , m_config(std::move(config))
    , m_lastMs(QDateTime::currentMSecsSinceEpoch())
{
    connect(&terminals, &Terminals::active, this, [this] { m_changed = true; });
    connect(&terminals, &Terminals::prompted, this, [this] { consider(true); });
    connect(&snapshots, &Snapshots::taken, this, &AutomaticSnapshots::tidy);
    connect(&m_clock, &QTimer::timeout, this, [this] { consider(false); });
    m_clock.start(lookInterval);
}

void AutomaticSnapshots::consider(bool prompted)
{
    if (m_snapshots.isBusy())
        return;
    const auto config = m_config();
    const auto now = QDateTime::currentMSecsSinceEpoch();
    const auto reason = dueSnapshot({.nowMs = now,
        .lastMs = m_lastMs,
        .prompted = prompted,
        .changed = m_changed,
        .beforePrompt = config.snapshotBeforePrompt,
        .everyMinutes = config.snapshotEveryMinutes});
    if (!reason)
        return;
    m_lastMs = now; // also when it fails: not again at once
    m_changed = false;
    m_snapshots.take(automaticName(now), *reason);
}

void AutomaticSnapshots::tidy(const SnapshotInfo &newest)
{
    m_lastMs = newest.atMs;
    m_changed = false;
    const auto budget = m_config().snapshotBudgetGiB << 30;
    const auto beyond = beyondBudget(m_snapshots.list(), budget);
    for (const auto &name : beyond) {
        qInfo("the snapshot %s makes room", qPrintable(name));
        if (const auto gone = m_snapshots.remove(name); !gone)
            qWarning("%s", qPrintable(gone.error().detail));
    }
}

} // namespace core
