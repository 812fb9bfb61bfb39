#include "core/warden/network.h"

#include "core/warden/log_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

#include <fcntl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr std::size_t maxRecords = 10'000;
constexpr qint64 maxLogBytes = 10 << 20;
constexpr int keptLogs = 9;
constexpr auto answerPatience = 10s;

QString faultsOf(const QJsonArray &diagnostics)
{
    QStringList faults;
    for (const auto value : diagnostics) {
        const auto fault = value.toObject();
        faults << u"%1:%2:%3: %4"_s.arg(fault.value("source"_L1).toString())
                      .arg(fault.value("line"_L1).toInt())
                      .arg(fault.value("column"_L1).toInt())
                      .arg(fault.value("message"_L1).toString());
    }
    return faults.join(u'\n');
}

void answer(const std::shared_ptr<QPromise<Result<QJsonObject>>> &reply, Result<QJsonObject> result)
{
    if (!reply || reply->future().isFinished())
        return;
    reply->addResult(std::move(result));
    reply->finish();
}

QByteArray fileContent(const QString &path)
{
    QFile file(path);
    return !path.isEmpty() && file.open(QFile::ReadOnly) ? file.read(1 << 20) : QByteArray();
}

/// The directory for image blobs; nothing when none are kept, or where there can be no such
/// directory.
vmm::Descriptor blobDirectory(const Paths &paths, const Config &config)
{
    if (!config.cacheImages || !makePrivateDirectory(paths.imageBlobs()))
        return {};
    return vmm::Descriptor(::open(QFile::encodeName(paths.imageBlobs()).constData(),
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

} // namespace

Network::Network(NetworkSetup setup, SecretVault &secrets)
    : m_setup(std::move(setup))
    , m_secrets(secrets)
    , m_gateway([this] { return prepare(); })
{
    connect(&m_gateway, &Companion::started, this, &Network::configure);
    connect(&m_gateway, &Companion::received, this, &Network::take);
    connect(&m_gateway, &Companion::down, this, [this](const QString &reason) {
        abandonReplies(u"the gateway is starting again"_s);
        emit down(reason);
    });
    // Editors write in several steps.
    m_changed.setSingleShot(true);
    m_changed.setInterval(100ms);
    connect(&m_changed, &QTimer::timeout, this, [this] {
        watchFiles();
        reload();
    });
    const auto changed = [this] { m_changed.start(); };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, changed);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, changed);
}

void Network::start()
{
    watchFiles();
    m_gateway.start();
}

void Network::stop()
{
    m_gateway.stop();
    abandonReplies(u"the sandbox stops"_s);
}

void Network::renew()
{
    if (!m_gateway.isRunning())
        return;
    m_gateway.stop();
    abandonReplies(u"the gateway is starting again"_s);
    m_gateway.start();
}

QString Network::logFile() const
{
    return m_setup.paths.sandbox(m_setup.settings.id.value) + u"/log/connections.jsonl"_s;
}

QString Network::sandboxPolicyFile() const
{
    return m_setup.paths.sandbox(m_setup.settings.id.value) + u"/sandbox.policy"_s;
}

void Network::watchFiles()
{
    // Saving by rename ends the watch on a file, and a file may not be there yet: so its directory
    // as well.
    makePrivateDirectory(QFileInfo(m_setup.paths.globalPolicyFile()).path());
    for (const auto &file : {m_setup.paths.globalPolicyFile(), sandboxPolicyFile()}) {
        for (const auto &path : {file, QFileInfo(file).path()}) {
            const bool known =
                m_watcher.files().contains(path) || m_watcher.directories().contains(path);
            // Not the sandbox's own directory: its disks change all the time, and its policy is
            // told by policy.reload too.
            const bool busy = path == QFileInfo(sandboxPolicyFile()).path();
            if (!known && !busy && QFileInfo::exists(path))
                m_watcher.addPath(path);
        }
    }
}

Result<ChildRequest> Network::prepare()
{
    auto egress = m_setup.connectEgress();
    if (!egress)
        return std::unexpected(Error{Error::Kind::Failed, egress.error().detail});
    vmm::Descriptor log(::open(
        QFile::encodeName(logFile()).constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!log)
        return std::unexpected(Error{Error::Kind::Failed, u"cannot write %1"_s.arg(logFile())});
    const auto errorLog = QFileInfo(logFile()).path() + u"/gateway.log"_s;
    boundLog(errorLog);
    ChildRequest request{
        .program = m_setup.gatewayProgram, .descriptors = {}, .errorLog = errorLog};
    request.descriptors.push_back(std::move(log));
    request.descriptors.push_back(std::move(*egress));
    auto blobs = blobDirectory(m_setup.paths, m_setup.config);
    m_givenBlobs = bool(blobs);
    request.descriptors.push_back(std::move(blobs));
    return request;
}

void Network::configure()
{
    auto policy = readPolicyTexts(m_setup.paths.globalPolicyFile(), sandboxPolicyFile());
    if (!policy) {
        // The gateway refuses what it cannot read and stays closed.
        emit policyRefused(policy.error().detail);
        policy = PolicyTexts{.global = u"unreadable"_s, .sandbox = {}, .presets = {}};
    }
    m_reloads << nullptr; // it answers its first policy as well, and nobody asked
    m_gateway.send(gatewayConfiguration({
        .settings = m_setup.settings,
        .agent = m_setup.agent,
        .config = m_setup.config,
        .policy = *policy,
        .authority = m_setup.authority,
        .upstreamRoots = fileContent(m_setup.config.upstreamCaFile),
        .secrets = m_secrets.all(),
        .hasBlobs = m_givenBlobs,
    }));
}

void Network::setSecret(const QString &service, const QByteArray &value)
{
    m_secrets.store(service, value);
    m_gateway.send(credentialMessage(service, value));
}

Future<QJsonObject> Network::reload()
{
    const auto policy = readPolicyTexts(m_setup.paths.globalPolicyFile(), sandboxPolicyFile());
    if (!policy) {
        emit policyRefused(policy.error().detail);
        return core::ready(Result<QJsonObject>(std::unexpected(policy.error())));
    }
    auto reply = std::make_shared<QPromise<Result<QJsonObject>>>();
    reply->start();
    if (!m_gateway.isRunning()) {
        answer(reply,
            std::unexpected(Error{Error::Kind::StateConflict, u"the gateway is not running"_s}));
        return reply->future();
    }
    m_reloads << reply;
    m_gateway.send(policyMessage(m_setup.settings, m_setup.agent, *policy));
    return reply->future();
}

Future<QJsonObject> Network::check(const QString &destination)
{
    auto reply = std::make_shared<QPromise<Result<QJsonObject>>>();
    reply->start();
    if (!m_gateway.isRunning()) {
        answer(reply,
            std::unexpected(Error{Error::Kind::StateConflict, u"the gateway is not running"_s}));
        return reply->future();
    }
    const int id = m_nextCheck++;
    m_checks.insert(id, reply);
    m_gateway.send({{u"type"_s, u"check"_s}, {u"id"_s, id}, {u"destination"_s, destination}});
    QTimer::singleShot(answerPatience, this, [this, id] {
        if (const auto late = m_checks.take(id))
            answer(late,
                std::unexpected(Error{Error::Kind::TimedOut, u"the gateway does not answer"_s}));
    });
    return reply->future();
}

QJsonObject Network::records(int limit) const
{
    QJsonArray records;
    const auto count = std::min(m_records.size(), std::size_t(std::max(limit, 0)));
    for (auto it = m_records.end() - std::ptrdiff_t(count); it != m_records.end(); ++it)
        records << *it;
    return {{u"records"_s, records}};
}

void Network::take(const QJsonObject &message)
{
    const auto type = message.value("type"_L1).toString();
    if (type == "connection"_L1)
        takeConnection(message);
    else if (type == "ready"_L1)
        emit ready(message.value("confinement"_L1).toString());
    else if (type == "policy"_L1)
        takePolicy(message);
    else if (type == "checked"_L1)
        takeChecked(message);
    else if (type == "stopped"_L1)
        qWarning("gateway: %s", qPrintable(message.value("reason"_L1).toString()));
}

void Network::takePolicy(const QJsonObject &message)
{
    const auto reply = m_reloads.isEmpty() ? nullptr : m_reloads.takeFirst();
    const auto faults = faultsOf(message.value("diagnostics"_L1).toArray());
    emit policyRefused(faults);
    if (!reply)
        return;
    if (faults.isEmpty())
        answer(reply, QJsonObject{{u"epoch"_s, message.value("epoch"_L1)}});
    else
        answer(reply, std::unexpected(Error{Error::Kind::PolicyInvalid, faults}));
}

void Network::takeChecked(const QJsonObject &message)
{
    const auto reply = m_checks.take(message.value("id"_L1).toInt());
    if (!reply)
        return;
    QJsonObject result;
    for (const auto key : {"verdict"_L1, "reason"_L1, "rule"_L1, "source"_L1, "text"_L1})
        result[key] = message.value(key);
    answer(reply, result);
}

void Network::takeConnection(QJsonObject message)
{
    message.remove("type"_L1);
    m_records.push_back(message);
    if (m_records.size() > maxRecords)
        m_records.pop_front();
    if (QFileInfo(logFile()).size() > maxLogBytes)
        rotateLog();
    emit recorded(message);
}

void Network::rotateLog()
{
    // The gateway keeps its descriptor (append), so the file is copied and emptied, never renamed.
    shiftLogs(logFile(), keptLogs);
    if (QFile::copy(logFile(), logFile() + u".1"_s))
        QFile::resize(logFile(), 0);
}

void Network::abandonReplies(const QString &reason)
{
    const Error error{Error::Kind::StateConflict, reason};
    for (const auto &reply : std::exchange(m_reloads, {}))
        answer(reply, std::unexpected(error));
    for (const auto &reply : std::exchange(m_checks, {}))
        answer(reply, std::unexpected(error));
}

} // namespace core
