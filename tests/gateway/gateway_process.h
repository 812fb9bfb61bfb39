#pragma once

#include "guest_side.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>

#include <memory>
#include <string>
#include <sys/types.h>

/// A real paddock-gateway with its descriptors.
class GatewayProcess
{
public:
    /// Starts it, configures it and waits until it is ready. `changes` replaces members of the
    /// configuration; `blobs` is a directory that stays the caller's.
    explicit GatewayProcess(const QJsonObject &changes = {}, int blobs = -1);
    ~GatewayProcess();

    GuestSide &guest() { return *m_guest; }
    [[nodiscard]] const std::string &authority() const { return m_authority; }
    [[nodiscard]] QJsonObject ready() const { return m_ready; }

    void send(const QJsonObject &message);
    /// The next message of that type, or an empty object after 5 s; other messages before it are
    /// kept.
    QJsonObject await(const QString &type);
    /// Awaits the log record of the host whose verdict is known.
    QJsonObject awaitRecord(const QString &host);
    QByteArray log() const;
    /// Closes the guest's end and waits for the process to end.
    bool endsWithItsPort();

    static QJsonObject policy(const QString &rules);

private:
    bool readMessages(int timeoutMs);

    pid_t m_process = -1;
    int m_control = -1;
    int m_log = -1;
    std::string m_authority;
    QJsonObject m_ready;
    QByteArray m_input;
    QList<QJsonObject> m_messages;
    std::unique_ptr<GuestSide> m_guest;
};
