#include "core/warden/caretaker.h"

#include "core/warden/terminal_filter.h"

#include <QJsonDocument>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto answerPatience = 60s; // one that comes late is an answer too
constexpr auto clockPatience = 10s;
constexpr int workingShare = 30; // per cent of one processor; an idle guest has some

} // namespace

Caretaker::Caretaker(Parts parts)
    : m_parts(std::move(parts))
    , m_seen(m_parts.clocks())
    , m_asked(m_seen)
    , m_watchdog({.expected = [this] { return answerExpected(); },
          .askGuest = [this] { return askGuest(); },
          .askMachine = [this] { return askMachine(); },
          .period = m_parts.period})
{
    connect(&m_watchdog, &Watchdog::silent, this, &Caretaker::fellSilent);
    connect(&m_watchdog, &Watchdog::recovered, this, &Caretaker::recovered);
    connect(&m_watchdog, &Watchdog::heard, this, &Caretaker::checkClock);
    connect(&m_watchdog, &Watchdog::heard, this, &Caretaker::checkActivity);
    connect(&m_watchdog, &Watchdog::heard, this, &Caretaker::noteDocker);
    m_idle.start();
    m_sinceHeard.start();
    m_watchdog.start();
    askGuest().then(this, [this](const Result<QByteArray> &answer) {
        if (answer)
            noteDocker(QJsonDocument::fromJson(*answer).object());
    });
}

bool Caretaker::answerExpected()
{
    const auto now = m_parts.clocks();
    const auto howLong = sleptBetween(std::exchange(m_seen, now), now);
    if (howLong > 0ms) {
        qInfo("the computer slept for %lld s", static_cast<long long>(howLong / 1s));
        emit slept(howLong);
        return false; // its answer may be late once more
    }
    const auto state = m_parts.board.status().state;
    return !m_parts.isBusy() && m_parts.machine.state() == vmm::Machine::State::Running &&
           (state == SandboxState::Running || state == SandboxState::NotAnswering);
}

Future<QByteArray> Caretaker::askGuest()
{
    m_asked = m_parts.clocks();
    return m_parts.control.request("GET", "/status", {}, answerPatience);
}

Future<> Caretaker::askMachine()
{
    return m_parts.machine.monitor()
        ->execute({.name = u"query-status"_s, .arguments = {}})
        .then(this, [](const vmm::Result<QJsonValue> &answer) -> Result<> {
            if (!answer)
                return std::unexpected(Error{Error::Kind::NotAnswering, answer.error().detail});
            return {};
        });
}

/// A guest that slept with the computer, that drifts, or in which someone set the clock.
void Caretaker::checkClock(const QJsonObject &status)
{
    const auto guest = std::chrono::milliseconds(status.value("realtimeMs"_L1).toInteger());
    const auto now = m_parts.clocks();
    if (guest.count() == 0 || !isWrongClock(guest, m_asked, now))
        return;
    qInfo("the guest's clock is off by %lld ms and is set",
        static_cast<long long>((guest - now.real).count()));
    const QJsonObject clock{{u"realtimeNs"_s, qint64(std::chrono::nanoseconds(now.real).count())}};
    m_parts.control.request(
        "POST", "/clock", QJsonDocument(clock).toJson(QJsonDocument::Compact), clockPatience);
}

/// Terminals, commands and connections are told of; work without any of them shows in the
/// processors.
void Caretaker::checkActivity(const QJsonObject &status)
{
    const auto busy = status.value("busyMs"_L1).toInteger();
    const auto passed = std::max<qint64>(m_sinceHeard.restart(), 1);
    const bool works = busy - std::exchange(m_busyMs, busy) > passed * workingShare / 100;
    if (works || m_parts.isWatched())
        noteActivity();
    const auto limit = m_parts.idleLimit();
    if (limit == 0ms || m_idle.durationElapsed() < limit)
        return;
    noteActivity();
    emit idled();
}

/// Events tell what changes; a machine that did not boot has had Docker all along.
void Caretaker::noteDocker(const QJsonObject &status)
{
    const auto docker = cleanedText(status.value("docker"_L1).toString().toUtf8(), 300);
    if (!docker.isEmpty() && docker != m_parts.board.status().docker)
        m_parts.board.update([&](WardenStatus &known) { known.docker = docker; });
}

void Caretaker::fellSilent(const QString &reason)
{
    qWarning("not answering: %s", qPrintable(reason));
    m_parts.board.update(
        [&](WardenStatus &status) { status.failure = Error{Error::Kind::NotAnswering, reason}; });
    m_parts.board.enter(SandboxState::NotAnswering);
}

void Caretaker::recovered()
{
    qInfo("it answers again");
    if (m_parts.board.status().state != SandboxState::NotAnswering)
        return;
    m_parts.board.update([](WardenStatus &status) { status.failure.reset(); });
    m_parts.board.enter(SandboxState::Running);
}

} // namespace core
