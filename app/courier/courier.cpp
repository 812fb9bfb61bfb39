#include "app/courier/courier.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <random>
#include <unistd.h>
#include <utility>

namespace {

constexpr std::size_t enough = 256 << 10;

std::int64_t nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

core::link::Nonce freshNonce()
{
    std::random_device random;
    core::link::Nonce nonce = {};
    for (char &byte : nonce)
        byte = static_cast<char>(random());
    return nonce;
}

} // namespace

Courier::Courier(const Descriptors &descriptors, const std::string &confinement)
    : m_descriptors(descriptors)
    , m_control(descriptors.control)
{
    for (const int descriptor : {descriptors.control, descriptors.port})
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    m_control.ready(confinement);
}

int Courier::run()
{
    while (!isDone()) {
        const int wait = waitMs();
        const short control = m_control.wantsToWrite() ? POLLIN | POLLOUT : POLLIN;
        const short port = m_output.empty() ? POLLIN : POLLIN | POLLOUT;
        const bool usesPort = m_session && !m_portClosed;
        std::array<pollfd, 3> polled = {
            pollfd{.fd = m_descriptors.control, .events = control, .revents = 0},
            pollfd{.fd = usesPort ? m_descriptors.port : -1, .events = port, .revents = 0},
            pollfd{.fd = m_side ? m_side->watchDescriptor() : -1, .events = POLLIN, .revents = 0}};
        ::poll(polled.data(), polled.size(), wait);
        if ((polled[0].revents & POLLOUT) != 0)
            m_control.write();
        if ((polled[0].revents & ~POLLOUT) != 0) {
            for (const Request &request : m_control.read())
                take(request);
        }
        if ((polled[1].revents & POLLOUT) != 0)
            writePort();
        if ((polled[1].revents & ~POLLOUT) != 0)
            readPort();
    }
    while (m_control.wantsToWrite() && !m_control.isClosed()) {
        pollfd last = {.fd = m_descriptors.control, .events = POLLOUT, .revents = 0};
        if (::poll(&last, 1, 1000) <= 0)
            break;
        m_control.write();
    }
    return 0;
}

bool Courier::isDone() const
{
    const bool finished = m_session ? m_session->isFinished() : m_stopping;
    return finished || m_portClosed || m_control.isClosed();
}

/// Does what is due and returns how long to wait.
int Courier::waitMs()
{
    if (!m_session)
        return -1;
    if (m_session->isStalled() && m_connected) {
        m_session->disconnected("the sandbox does not answer");
        greet();
    }
    if (!m_connected) {
        const auto now = nowMs();
        if (m_output.empty() && now >= m_greetAgainMs) {
            m_output = m_greeting->hello();
            m_greetAgainMs = now + m_greeting->pauseMs();
        }
        return static_cast<int>(std::max<std::int64_t>(m_greetAgainMs - now, 1));
    }
    const int due = m_session->tick();
    if (m_output.size() < enough)
        m_session->fill(m_output, enough);
    return due;
}

void Courier::take(const Request &request)
{
    if (const auto *wanted = std::get_if<Configure>(&request)) {
        if (!m_session && m_refusal.empty())
            configure(*wanted);
        return;
    }
    if (const auto *review = std::get_if<core::sync::ReviewRequest>(&request))
        return lookAt(*review);
    obey(std::get<Order>(request));
}

void Courier::configure(const Configure &wanted)
{
    const bool separate = wanted.versionsDirectory && ::fcntl(m_descriptors.versions, F_GETFD) >= 0;
    auto side = core::sync::HostSide::create(
        {.root = m_descriptors.workspace,
            .area = separate ? m_descriptors.versions : m_descriptors.sync,
            .workspace = wanted.workspace},
        wanted.allowSecretFiles);
    if (!side)
        return refuse(side.error().detail);
    auto store = core::sync::AncestorStore::open(m_descriptors.sync);
    if (!store)
        return refuse(store.error().detail);
    m_side = std::move(*side);
    m_store.emplace(std::move(*store));
    if (wanted.review) {
        auto review = std::make_unique<core::sync::ReviewSession>(
            *m_side, *m_store, events(), reviewEvents());
        m_review = review.get();
        m_session = std::move(review);
    } else {
        m_session = std::make_unique<core::sync::HostSession>(*m_side,
            *m_store,
            core::sync::HostSetup{.recovery = wanted.recovery,
                .restored = wanted.restored,
                .git = wanted.git,
                .bundle = wanted.git ? m_descriptors.bundle : -1},
            events());
    }
    greet();
}

void Courier::lookAt(const core::sync::ReviewRequest &request)
{
    if (m_review)
        m_review->request(request);
    else
        m_control.reviewFailed(request.id, "only a fork has files of its own to be looked at");
}

core::sync::ReviewEvents Courier::reviewEvents()
{
    return {.reviewed = [this](auto id,
                            const auto &review,
                            const auto &stage) { m_control.reviewed(id, review, stage); },
        .accepted = [this](auto id, const auto &result) { m_control.accepted(id, result); },
        .failed = [this](
                      auto id, const std::string &reason) { m_control.reviewFailed(id, reason); }};
}

void Courier::refuse(const std::string &reason)
{
    m_refusal = reason;
    core::sync::Status status;
    status.state = core::sync::State::Halted;
    status.reason = reason;
    m_control.status(status);
}

core::sync::HostEvents Courier::events()
{
    return {.status = [this](const core::sync::Status &status) { m_control.status(status); },
        .seeded = [this] { m_control.plain("seeded"); },
        .settled = [this] { m_control.plain("settled"); },
        .conflicts = [this](const auto &items) { m_control.conflicts(items); },
        .problems = [this](const auto &items) { m_control.problems(items); },
        .question = [this](const auto &question) { m_control.question(&question); },
        .excluded = [this](const auto &paths) { m_control.excluded(paths); }};
}

void Courier::obey(Order order)
{
    m_stopping = m_stopping || order == Order::Stop;
    if (!m_session) {
        if (order == Order::Sync)
            m_control.plain("settled");
        return;
    }
    switch (order) {
    case Order::Sync:
        return m_session->syncNow();
    case Order::Pause:
        return m_session->pause();
    case Order::Resume:
        return m_session->resume();
    case Order::Apply:
    case Order::Discard:
        m_control.question(nullptr);
        return m_session->answer(order == Order::Apply);
    case Order::Stop:
        return m_session->stop();
    }
}

void Courier::greet()
{
    m_greeting.emplace(core::link::PortName::Sync, freshNonce());
    m_connected = false;
    m_output.clear();
    m_greetAgainMs = 0;
}

void Courier::readPort()
{
    std::string buffer(enough, '\0');
    const auto got = ::read(m_descriptors.port, buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        m_portClosed = true;
        m_session->disconnected("the sandbox is off");
        return;
    }
    const auto passed =
        m_greeting->feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    if (!passed)
        return greet();
    if (!m_greeting->done())
        return;
    if (!std::exchange(m_connected, true)) {
        m_output.clear();
        m_session->connected();
    }
    if (auto received = m_session->receive(*passed); !received) {
        // What the sandbox says is not the protocol: nothing of it is believed, and it may begin
        // again.
        m_session->disconnected("the sandbox's end misbehaves: " + received.error().detail);
        greet();
    }
}

void Courier::writePort()
{
    const auto written = ::write(m_descriptors.port, m_output.data(), m_output.size());
    if (written > 0)
        m_output.erase(0, static_cast<std::size_t>(written));
    m_portClosed = m_portClosed || (written < 0 && errno != EAGAIN && errno != EINTR);
}
