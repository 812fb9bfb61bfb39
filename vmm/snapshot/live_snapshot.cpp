#include "vmm/snapshot/live_snapshot.h"

using namespace Qt::StringLiterals;

// The command in use: query-migrate.

namespace vmm {
namespace {

constexpr int mostWaits = 6;

} // namespace

LiveSnapshot::LiveSnapshot(Machine &machine, Request request)
    : m_machine(machine)
    , m_request(std::move(request))
    , m_disks(machine, m_request.overlays)
{
    connect(&m_machine, &Machine::stateChanged, this, &LiveSnapshot::watch);
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &LiveSnapshot::losePatience);
}

Future<> LiveSnapshot::run()
{
    return m_disks.prepare()
        .then(this,
            [this](const Result<> &prepared) -> Future<> {
                if (prepared)
                    return save();
                m_disks.abandon();
                return failed(prepared.error().kind, prepared.error().detail);
            })
        .unwrap();
}

Future<> LiveSnapshot::save()
{
    m_isWriting = true;
    m_patience.start(m_request.patience);
    return m_machine.saveState(m_request.state, SavedMemory::Inside, [this] { return move(); })
        .then(this, [this](const Result<> &saved) { return goOn(saved); })
        .unwrap();
}

/// Standing still makes the first pass over all of the memory no shorter by much.
void LiveSnapshot::losePatience()
{
    m_machine.monitor()
        ->execute({.name = u"query-migrate"_s, .arguments = {}})
        .then(this, [this](const Result<QJsonValue> &answer) {
            if (!m_isWriting)
                return;
            const bool isFirst = answer && (*answer)[u"ram"_s][u"dirty-sync-count"_s].toInt() < 2;
            if (isFirst && ++m_waits < mostWaits)
                m_patience.start(m_request.patience);
            else
                m_machine.pause();
        });
}

Future<> LiveSnapshot::move()
{
    m_isWriting = false;
    m_patience.stop();
    return m_disks.commit().then(this, [this](const Result<> &committed) -> Result<> {
        if (!committed)
            return committed;
        m_moved = true;
        return m_request.moved ? m_request.moved() : Result<>();
    });
}

Future<> LiveSnapshot::goOn(const Result<> &saved)
{
    m_isWriting = false;
    m_patience.stop();
    if (!m_moved)
        m_disks.abandon();
    return m_machine.resume().then(
        this, [saved](const Result<> &again) -> Result<> { return saved ? again : saved; });
}

void LiveSnapshot::watch(Machine::State state)
{
    if (state == Machine::State::Paused)
        m_standing.start();
    else if (state == Machine::State::Running && m_standing.isValid())
        m_pause = std::chrono::milliseconds(m_standing.elapsed());
}

} // namespace vmm
