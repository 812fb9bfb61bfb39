#pragma once

#include "pair.h"

#include <QJsonObject>
#include <QList>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

/// paddock-courier with a guest's end in this process, driven over its descriptors as the warden
/// does.
class CourierProcess
{
public:
    CourierProcess();
    ~CourierProcess();

    bool start(const QJsonObject &configure = {});
    /// Kills the program (-9) and the guest's end with it; the folders stay.
    void kill();
    void send(const QJsonObject &message);
    /// Waits for a message of this type that arrives after the call.
    bool waitFor(const QString &type, int timeoutMs = 20'000);
    bool sync();
    [[nodiscard]] QJsonObject last(const QString &type) const;
    void readMessages(int timeoutMs);

    QTemporaryDir area;
    Folder host;
    Folder guest;
    QProcess process;
    QList<QJsonObject> messages;
    QString boot = QStringLiteral("boot-1");

private:
    int m_control = -1;
    QByteArray m_input;
    std::unique_ptr<GuestEnd> m_guestEnd;
};
