#pragma once

#include "core/warden/outcome.h"

#include <QJsonObject>
#include <QObject>

#include <chrono>

namespace core {

class GuestControl;

/// Waits until the guest's dockerd is ready. A try of it that fails is not the end: the guest tries
/// again.
class DockerWait : public QObject
{
    Q_OBJECT

public:
    explicit DockerWait(GuestControl &control);

    /// DockerFailed after `patience`, with what the guest said last.
    Future<> run(std::chrono::milliseconds patience);

private:
    void take(const QString &state);

    GuestControl &m_control;
    Outcome m_ready;
    QString m_reason = QStringLiteral("dockerd was not ready in time");
};

} // namespace core
