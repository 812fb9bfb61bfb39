#pragma once

#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace core {

/// Hears from logind that this computer is about to shut down, and holds it up until this process
/// ends, for the few seconds that logind grants. Without a system bus it hears nothing.
class HostShutdown : public QObject
{
    Q_OBJECT

public:
    HostShutdown();
    [[nodiscard]] bool isHolding() const { return m_lock.isValid(); }

signals:
    void begun();

private slots:
    void prepareForShutdown(bool begins);

private:
    void hold();

    QDBusUnixFileDescriptor m_lock;
};

} // namespace core
