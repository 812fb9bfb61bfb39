#pragma once

#include "core/agents/agent.h"
#include "core/async/steps.h"
#include "core/config/config.h"
#include "core/paths.h"
#include "core/warden/companion.h"
#include "core/warden/gateway_messages.h"
#include "core/warden/secret_vault.h"

#include <QFileSystemWatcher>
#include <QHash>
#include <QPromise>

#include <deque>
#include <functional>

namespace core {

/// What the network half of a sandbox is made of.
struct NetworkSetup
{
    Paths paths;
    SandboxSettings settings;
    Agent agent;
    Config config;
    AuthorityPem authority;
    QString gatewayProgram;
    std::function<vmm::Result<vmm::Descriptor>()> connectEgress;
};

/// The gateway of a sandbox as its warden sees it: kept running, configured, told of changed policy
/// files and secrets; the last connections it reported. While it is down the sandbox is offline.
class Network : public QObject
{
    Q_OBJECT

public:
    Network(NetworkSetup setup, SecretVault &secrets);

    void start();
    void stop();
    /// Ends every connection of the sandbox, for those whose other end is gone; new ones go on.
    void renew();

    void setSecret(const QString &service, const QByteArray &value);
    /// Reads the policy files again; `epoch`, or PolicyInvalid with the places of the faults. The
    /// last good policy stays.
    Future<QJsonObject> reload();
    Future<QJsonObject> check(const QString &destination);
    [[nodiscard]] QJsonObject records(int limit) const; ///< newest last

signals:
    void ready(const QString &confinement);
    void recorded(const QJsonObject &record);
    void policyRefused(const QString &reason); ///< empty: the policy is good again
    void down(const QString &reason);

private:
    using Reply = std::shared_ptr<QPromise<Result<QJsonObject>>>;

    Result<ChildRequest> prepare();
    void configure();
    void take(const QJsonObject &message);
    void takePolicy(const QJsonObject &message);
    void takeChecked(const QJsonObject &message);
    void takeConnection(QJsonObject message);
    void watchFiles();
    void abandonReplies(const QString &reason);
    void rotateLog();
    [[nodiscard]] QString logFile() const;
    [[nodiscard]] QString sandboxPolicyFile() const;

    NetworkSetup m_setup;
    SecretVault &m_secrets;
    Companion m_gateway;
    QFileSystemWatcher m_watcher;
    QTimer m_changed;
    bool m_givenBlobs = false; ///< to the gateway that runs
    std::deque<QJsonObject> m_records;
    QList<Reply> m_reloads; ///< in the order they were asked
    QHash<int, Reply> m_checks;
    int m_nextCheck = 1;
};

} // namespace core
