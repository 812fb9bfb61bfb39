#include "core/warden/status_board.h"

#include <QDateTime>

using namespace std::chrono_literals;

namespace core {
namespace {

constexpr int maxNotices = 20;

} // namespace

StatusBoard::StatusBoard()
{
    m_status.sinceMs = QDateTime::currentMSecsSinceEpoch();
    m_soon.setSingleShot(true);
    m_soon.setInterval(50ms);
    connect(&m_soon, &QTimer::timeout, this, &StatusBoard::changed);
}

void StatusBoard::update(const std::function<void(WardenStatus &)> &change)
{
    change(m_status);
    if (!m_soon.isActive())
        m_soon.start();
}

void StatusBoard::enter(SandboxState state)
{
    const bool isEnd = state == SandboxState::Stopping || state == SandboxState::Failed;
    if (m_status.state == SandboxState::Paused && !isEnd) {
        m_afterPause = state;
        return;
    }
    change(state);
}

void StatusBoard::pause(const Error &reason)
{
    if (m_status.state != SandboxState::Paused)
        m_afterPause = m_status.state;
    m_status.failure = reason;
    change(SandboxState::Paused);
}

void StatusBoard::goOn()
{
    if (m_status.state != SandboxState::Paused)
        return;
    m_status.failure.reset();
    change(m_afterPause);
}

void StatusBoard::change(SandboxState state)
{
    if (m_status.state == state)
        return;
    m_status.state = state;
    m_status.sinceMs = QDateTime::currentMSecsSinceEpoch();
    m_soon.stop();
    emit changed();
}

void StatusBoard::addNotice(const QString &notice)
{
    if (m_status.notices.contains(notice) || m_status.notices.size() >= maxNotices)
        return;
    update([&](WardenStatus &status) { status.notices << notice; });
}

void StatusBoard::removeNotice(const QString &notice)
{
    if (m_status.notices.contains(notice))
        update([&](WardenStatus &status) { status.notices.removeAll(notice); });
}

} // namespace core
