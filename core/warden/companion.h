#pragma once

#include "core/warden/child_process.h"

#include <QElapsedTimer>
#include <QTimer>

#include <chrono>
#include <functional>

namespace core {

/// How long to wait before the `failures`-th start in a row: 0.2 s, doubling, at most 10 s.
std::chrono::milliseconds restartDelay(int failures);

/// Keeps one helper program running: starts it, and again after a crash, with growing pauses. While
/// it is down, what it serves is unavailable, never open.
class Companion : public QObject
{
    Q_OBJECT

public:
    using Prepare = std::function<Result<ChildRequest>()>;

    /// `prepare` is called before each start, for fresh descriptors.
    explicit Companion(Prepare prepare);

    void start();
    /// Ends it for good, at once.
    void stop();
    /// Does not start it again when it ends: `retired` tells.
    void retire() { m_retiring = true; }
    [[nodiscard]] bool isRunning() const { return m_child != nullptr; }
    /// It is down and will be started again.
    [[nodiscard]] bool isComingBack() const { return m_retry.isActive(); }
    /// Dropped while it is down.
    void send(const QJsonObject &message);

signals:
    void started(); ///< to be configured now
    void received(const QJsonObject &message);
    void down(const QString &reason);
    void retired();

private:
    void launch();
    void fail(const QString &reason);

    Prepare m_prepare;
    std::unique_ptr<ChildProcess> m_child;
    QTimer m_retry;
    QElapsedTimer m_up;
    int m_failures = 0;
    bool m_retiring = false;
};

} // namespace core
