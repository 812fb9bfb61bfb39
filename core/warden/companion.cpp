#include "core/warden/companion.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto steady = 30s; // after this long a crash is a first one again

} // namespace

std::chrono::milliseconds restartDelay(int failures)
{
    const int doublings = std::clamp(failures - 1, 0, 10);
    return std::min(200ms * (1 << doublings), std::chrono::milliseconds(10s));
}

Companion::Companion(Prepare prepare)
    : m_prepare(std::move(prepare))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Companion::launch);
}

void Companion::start()
{
    if (!m_child && !m_retry.isActive())
        launch();
}

void Companion::stop()
{
    m_retry.stop();
    m_child.reset();
}

void Companion::send(const QJsonObject &message)
{
    if (m_child)
        m_child->send(message);
}

void Companion::launch()
{
    auto request = m_prepare();
    if (!request)
        return fail(request.error().detail);
    auto child = ChildProcess::start(std::move(*request));
    if (!child)
        return fail(child.error().detail);
    m_child = std::move(*child);
    m_up.start();
    connect(m_child.get(), &ChildProcess::received, this, &Companion::received);
    connect(m_child.get(), &ChildProcess::ended, this, [this](const QString &reason) {
        // Deleted later: this is its own signal.
        m_child.release()->deleteLater();
        if (m_up.durationElapsed() > steady)
            m_failures = 0;
        fail(reason);
    });
    emit started();
}

void Companion::fail(const QString &reason)
{
    if (m_retiring) {
        emit retired();
        return;
    }
    ++m_failures;
    m_retry.start(restartDelay(m_failures));
    emit down(reason);
}

} // namespace core
