#include "core/warden/files.h"

#include "core/warden/log_file.h"

#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto questionPatience = 1s;

vmm::Descriptor openDirectory(const QString &path)
{
    return vmm::Descriptor(
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

std::unexpected<Error> cannotOpen(const QString &path)
{
    return std::unexpected(Error{Error::Kind::FolderRefused, u"cannot open %1"_s.arg(path)});
}

bool onSameFileSystem(const QString &one, const QString &other)
{
    struct stat first = {};
    struct stat second = {};
    return ::stat(QFile::encodeName(one).constData(), &first) == 0 &&
           ::stat(QFile::encodeName(other).constData(), &second) == 0 &&
           first.st_dev == second.st_dev;
}

} // namespace

QJsonObject disconnectedSync(const QString &reason)
{
    return {
        {u"state"_s, u"disconnected"_s},
        {u"files"_s, 0},
        {u"doneFiles"_s, 0},
        {u"totalFiles"_s, 0},
        {u"doneBytes"_s, 0},
        {u"totalBytes"_s, 0},
        {u"conflicts"_s, 0},
        {u"problems"_s, QJsonArray()},
        {u"excluded"_s, QJsonArray()},
        {u"lastSync"_s, 0},
        {u"epoch"_s, QString()},
        {u"reason"_s, reason},
        {u"question"_s, QJsonValue()},
    };
}

Files::Files(FilesSetup setup)
    : m_setup(std::move(setup))
    , m_courier([this] { return prepare(); })
    , m_status(disconnectedSync(u"starting"_s))
{
    connect(&m_courier, &Companion::started, this, &Files::configure);
    connect(&m_courier, &Companion::received, this, &Files::take);
    connect(&m_courier, &Companion::down, this, [this](const QString &reason) {
        m_status[u"state"_s] = u"disconnected"_s;
        m_status[u"reason"_s] = u"the courier ended (%1) and is started again"_s.arg(reason);
        // The next one is asked what this one was asked, once.
        if (std::exchange(m_ended, true))
            settle(std::unexpected(Error{Error::Kind::Failed, m_status[u"reason"_s].toString()}));
        abandonReviews(m_status[u"reason"_s].toString());
        // What happened to the guest's disk meanwhile is known; only the courier's own state is
        // old.
        emit changed();
        emit down(reason);
    });
}

void Files::start()
{
    m_courier.start();
}

void Files::begin()
{
    if (!std::exchange(m_begun, true))
        configure();
}

void Files::stop()
{
    m_courier.stop();
    settle(std::unexpected(Error{Error::Kind::Cancelled, u"the sandbox stops"_s}));
    abandonReviews(u"the sandbox stops"_s);
}

Future<> Files::finish(std::chrono::milliseconds patience)
{
    if (!m_courier.isRunning()) {
        m_courier.stop();
        return core::ready(Result<>());
    }
    auto done = std::make_shared<QPromise<Result<>>>();
    done->start();
    const auto end = [this, done] {
        if (done->future().isFinished())
            return;
        stop();
        done->addResult(Result<>());
        done->finish();
    };
    connect(&m_courier, &Companion::retired, this, end);
    QTimer::singleShot(patience, this, end);
    m_courier.retire();
    m_courier.send({{u"type"_s, u"stop"_s}});
    return done->future();
}

QString Files::syncDirectory() const
{
    return m_setup.paths.sandbox(m_setup.settings.id.value) + u"/sync"_s;
}

/// Old versions are moved by rename, so they stay on the workspace's file system.
QString Files::area() const
{
    if (!m_ownVersions)
        return syncDirectory();
    return u"%1/.paddock-versions-%2"_s.arg(
        QFileInfo(m_setup.settings.workspace).path(), m_setup.settings.id.value);
}

Result<vmm::Descriptor> Files::versionsDirectory() const
{
    const auto path = area();
    if (!makePrivateDirectory(path)) {
        return std::unexpected(Error{Error::Kind::NotPermitted,
            u"the folder lies on another file system than Paddock's data, and %1, where its old "
            u"versions would go, "
            u"cannot be made"_s.arg(path)});
    }
    auto directory = openDirectory(path);
    if (!directory)
        return cannotOpen(path);
    return directory;
}

Result<ChildRequest> Files::prepare()
{
    makePrivateDirectory(syncDirectory());
    auto workspace = openDirectory(m_setup.settings.workspace);
    if (!workspace)
        return cannotOpen(m_setup.settings.workspace);
    auto own = openDirectory(syncDirectory());
    if (!own)
        return cannotOpen(syncDirectory());
    m_ownVersions = !onSameFileSystem(m_setup.settings.workspace, syncDirectory());
    vmm::Descriptor versions;
    if (m_ownVersions) {
        auto made = versionsDirectory();
        if (!made)
            return std::unexpected(made.error());
        versions = std::move(*made);
    }
    auto port = m_setup.connectSync();
    if (!port)
        return std::unexpected(Error{Error::Kind::Failed, port.error().detail});
    vmm::Descriptor bundle;
    if (!m_setup.bundle.isEmpty())
        bundle = vmm::Descriptor(
            ::open(QFile::encodeName(m_setup.bundle).constData(), O_RDONLY | O_CLOEXEC));
    const auto log = m_setup.paths.sandbox(m_setup.settings.id.value) + u"/log/courier.log"_s;
    boundLog(log);
    ChildRequest request{.program = m_setup.courierProgram, .descriptors = {}, .errorLog = log};
    request.descriptors.push_back(std::move(*port));
    request.descriptors.push_back(std::move(workspace));
    request.descriptors.push_back(std::move(own));
    request.descriptors.push_back(std::move(versions));
    request.descriptors.push_back(std::move(bundle));
    return request;
}

void Files::configure()
{
    if (!m_begun)
        return;
    m_courier.send({
        {u"type"_s, u"configure"_s},
        {u"workspace"_s, m_setup.settings.workspace},
        {u"allowSecretFiles"_s, m_setup.settings.allowSecretFiles},
        {u"recovery"_s, m_setup.recovery},
        {u"restored"_s, m_setup.restored},
        {u"versionsDirectory"_s, m_ownVersions},
        {u"review"_s, m_setup.settings.origin.has_value()},
        {u"git"_s, m_setup.git.isEmpty() ? QJsonValue() : QJsonValue(m_setup.git)},
    });
    if (!m_waiting.isEmpty()) // asked while there was no courier
        m_courier.send({{u"type"_s, u"sync"_s}});
}

Future<> Files::sync()
{
    auto reply = std::make_shared<QPromise<Result<>>>();
    reply->start();
    if (!m_courier.isRunning() && !m_courier.isComingBack()) {
        reply->addResult(
            std::unexpected(Error{Error::Kind::StateConflict, m_status[u"reason"_s].toString()}));
        reply->finish();
        return reply->future();
    }
    if (m_waiting.isEmpty())
        m_ended = false;
    m_waiting << reply;
    m_courier.send({{u"type"_s, u"sync"_s}}); // one that is down is asked when it is back
    return reply->future();
}

void Files::pause()
{
    m_courier.send({{u"type"_s, u"pause"_s}});
}

void Files::resume()
{
    m_courier.send({{u"type"_s, u"resume"_s}});
}

Result<> Files::answer(bool apply)
{
    if (!m_status.value("question"_L1).isObject())
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"there is no question to answer"_s});
    m_courier.send({{u"type"_s, u"answer"_s}, {u"choice"_s, apply ? u"apply"_s : u"discard"_s}});
    m_status[u"question"_s] = QJsonValue();
    emit changed();
    return {};
}

void Files::take(const QJsonObject &message)
{
    const auto type = message.value("type"_L1).toString();
    if (type == "ready"_L1) {
        emit ready(message.value("confinement"_L1).toString());
        return;
    }
    if (type == "settled"_L1)
        return settle({});
    if (type == "seeded"_L1) {
        if (!std::exchange(m_seeded, true))
            emit seeded();
        return;
    }
    if (message.contains("id"_L1))
        return takeReview(message);
    if (type == "status"_L1) {
        takeStatus(message);
    } else if (type == "conflicts"_L1) {
        m_conflicts = message.value("items"_L1).toArray();
        m_status[u"conflicts"_s] = m_conflicts.size();
    } else if (type == "problems"_L1) {
        m_status[u"problems"_s] = message.value("items"_L1).toArray();
    } else if (type == "excluded"_L1) {
        m_status[u"excluded"_s] = message.value("paths"_L1).toArray();
    } else if (type == "question"_L1) {
        m_status[u"question"_s] = message.value("question"_L1);
    }
    emit changed();
}

void Files::takeStatus(const QJsonObject &message)
{
    for (auto it = message.begin(); it != message.end(); ++it) {
        // The problems themselves come in a message of their own; here is only their number.
        if (m_status.contains(it.key()) && it.key() != "problems"_L1)
            m_status[it.key()] = it.value();
    }
    if (m_status.value("state"_L1).toString() == "idle"_L1 && !std::exchange(m_inStep, true))
        emit inStep();
    // A mass change halts as well, and its question comes right behind.
    if (!m_seeded && isHalted())
        QTimer::singleShot(questionPatience, this, [this] {
            if (!m_seeded && isHalted() && !m_status.value("question"_L1).isObject())
                emit refused(m_status.value("reason"_L1).toString());
        });
}

bool Files::isHalted() const
{
    const auto state = m_status.value("state"_L1).toString();
    return state == "halted"_L1 || state == "diskFull"_L1;
}

void Files::settle(const Result<> &result)
{
    const auto waiting = std::exchange(m_waiting, {});
    for (const auto &reply : waiting) {
        reply->addResult(result);
        reply->finish();
    }
}

Future<QJsonObject> Files::review(QJsonObject request)
{
    auto reply = std::make_shared<QPromise<Result<QJsonObject>>>(); // shared with the answer
    reply->start();
    const auto id = m_nextReview++;
    m_reviews.insert(id, reply);
    if (!m_courier.isRunning())
        abandonReviews(m_status[u"reason"_s].toString());
    request[u"id"_s] = id;
    m_courier.send(request);
    return reply->future();
}

void Files::takeReview(const QJsonObject &message)
{
    const auto reply = m_reviews.take(message.value("id"_L1).toInteger());
    if (!reply)
        return;
    auto answer = message;
    answer.remove("type"_L1);
    answer.remove("id"_L1);
    answer[u"contentDirectory"_s] = area() + u"/stage"_s;
    if (message.value("type"_L1).toString() == "reviewFailed"_L1)
        reply->addResult(std::unexpected(
            Error{Error::Kind::StateConflict, message.value("reason"_L1).toString()}));
    else
        reply->addResult(answer);
    reply->finish();
}

void Files::abandonReviews(const QString &reason)
{
    const auto reviews = std::exchange(m_reviews, {});
    for (const auto &reply : reviews) {
        reply->addResult(std::unexpected(Error{Error::Kind::StateConflict, reason}));
        reply->finish();
    }
}

} // namespace core
