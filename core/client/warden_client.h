#pragma once

#include "core/async/steps.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>

#include <memory>

namespace core {

class TerminalSession;

/// One connection to one warden's API (core/warden/API.md). Calls made before the connection stands
/// are sent when it does; a warden that does not listen yet has 2 s to begin.
class WardenClient : public QObject
{
    Q_OBJECT

public:
    enum class Connection { Connecting, Connected, Closed };

    explicit WardenClient(QString socketPath, QObject *parent = nullptr);
    ~WardenClient() override;

    [[nodiscard]] Connection connection() const;
    /// The warden's process, as the kernel tells; 0 before the connection stands.
    [[nodiscard]] qint64 peerPid() const;

    /// One call; fails with NotAnswering after `timeoutMs` (0: no limit) or when the connection
    /// closes.
    Future<QJsonObject> call(
        const QString &method, const QJsonObject &parameters = {}, int timeoutMs = 10'000);
    void subscribe(const QStringList &topics);

    /// Opens a terminal (`terminal.open`) or a command (`exec`) and its data connection.
    Future<std::shared_ptr<TerminalSession>> open(
        const QString &method, const QJsonObject &parameters);

signals:
    void connectionChanged(core::WardenClient::Connection connection);
    /// A notification: `status`, `connection`, `sync`, `log`.
    void notified(const QString &topic, const QJsonObject &parameters);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace core
