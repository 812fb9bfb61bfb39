#include "pair.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

Folder::Folder(QString path)
    : m_path(std::move(path))
{
    QDir().mkpath(m_path);
}

QString Folder::path(const QString &name) const
{
    return name.isEmpty() ? m_path : m_path + u'/' + name;
}

void Folder::write(const QString &name, const QByteArray &content) const
{
    QDir().mkpath(QFileInfo(path(name)).path());
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) ||
        file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(name));
}

QByteArray Folder::read(const QString &name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? QByteArray("").append(file.readAll()) : QByteArray();
}

void Folder::remove(const QString &name) const
{
    const QFileInfo info(path(name));
    if (info.isDir() && !info.isSymLink())
        QDir(path(name)).removeRecursively();
    else
        QFile::remove(path(name));
}

void Folder::link(const QString &name, const QString &target) const
{
    QDir().mkpath(QFileInfo(path(name)).path());
    if (::symlink(target.toUtf8().constData(), path(name).toUtf8().constData()) != 0)
        qFatal("cannot link %s", qPrintable(name));
}

bool Folder::has(const QString &name) const
{
    struct stat status = {};
    return ::lstat(path(name).toUtf8().constData(), &status) == 0;
}

QStringList Folder::listing() const
{
    QStringList lines;
    QDirIterator files(m_path,
        QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
        QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QFileInfo info = files.nextFileInfo();
        const QString name = info.filePath().mid(m_path.size() + 1);
        if (name == ".git"_L1 || name.startsWith(".git/"_L1))
            continue;
        if (info.isSymLink())
            lines << u"link %1 %2"_s.arg(name, info.readSymLink());
        else if (info.isDir())
            lines << u"dir %1"_s.arg(name);
        else
            lines << u"file %1 %2 %3"_s.arg(info.isExecutable() ? u"x"_s : u"-"_s,
                name,
                QString::fromLatin1(read(name).toHex().left(4000)));
    }
    lines.sort();
    return lines;
}

void saveGuest(const QTemporaryDir &area)
{
    std::filesystem::copy(area.filePath(u"guest"_s).toStdString(),
        area.filePath(u"snapshot"_s).toStdString(),
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
}

void restoreGuest(const QTemporaryDir &area)
{
    QDir(area.filePath(u"guest"_s)).removeRecursively();
    QDir().rename(area.filePath(u"snapshot"_s), area.filePath(u"guest"_s));
}

GuestEnd::GuestEnd(const QString &workspace,
    const QString &state,
    int socket,
    const QString &boot,
    Greeting greeting)
    : m_workspace(workspace)
    , m_state(state)
    , m_socket(socket)
{
    if (greeting == Greeting::Expected)
        m_greeting.emplace(core::link::PortName::Sync);
    m_thread = std::thread([this, boot] { run(boot); });
}

core::tree::Result<> GuestEnd::send(std::string_view bytes) const
{
    while (!bytes.empty()) {
        const auto sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return core::tree::systemError("send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

bool GuestEnd::take(core::sync::GuestSession &session, std::string_view bytes)
{
    if (!m_greeting)
        return session.receive(bytes).has_value();
    const auto fed = m_greeting->feed(bytes);
    if (!fed)
        return false;
    if (fed->restarted)
        session.restart();
    if (!fed->reply.empty() && !send(fed->reply))
        return false;
    return fed->rest.empty() || session.receive(fed->rest).has_value();
}

GuestEnd::~GuestEnd()
{
    stop(false);
}

void GuestEnd::stop(bool orderly)
{
    if (!m_thread.joinable())
        return;
    m_orderly = orderly;
    m_stopping = true;
    ::shutdown(m_socket, SHUT_RDWR);
    m_thread.join();
    ::close(m_socket);
}

void GuestEnd::run(const QString &boot)
{
    const int root = ::open(m_workspace.toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int state = ::open(m_state.toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto created = core::sync::GuestSession::create({.root = root,
                                                        .state = state,
                                                        .workspace = m_workspace.toStdString(),
                                                        .boot = boot.toStdString(),
                                                        .owner = {}},
        [this](std::string_view bytes) { return send(bytes); });
    std::string buffer(256 << 10, '\0');
    while (created && !m_stopping) {
        std::array<pollfd, 2> waits = {pollfd{.fd = m_socket, .events = POLLIN, .revents = 0},
            pollfd{.fd = (*created)->watchDescriptor(), .events = POLLIN, .revents = 0}};
        ::poll(waits.data(), waits.size(), 100);
        if ((waits[1].revents & POLLIN) != 0 && !(*created)->watch())
            break;
        if (waits[0].revents == 0)
            continue;
        const auto got = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (got <= 0 ||
            !take(**created, std::string_view(buffer).substr(0, static_cast<std::size_t>(got))))
            break;
    }
    if (created && m_orderly)
        (*created)->stop();
    created = std::unique_ptr<core::sync::GuestSession>();
    ::close(root);
    ::close(state);
}

Pair::Pair()
    : area((QFileInfo(u"/dev/shm"_s).isWritable() ? u"/dev/shm"_s : QDir::tempPath()) +
           u"/paddock-sync-XXXXXX"_s)
    , host(area.filePath(u"host/work"_s))
    , guest(area.filePath(u"guest/work"_s))
{
    QDir().mkpath(area.filePath(u"guest/state"_s));
    QDir().mkpath(area.filePath(u"sync"_s));
}

Pair::~Pair()
{
    disconnect(false);
}

core::sync::HostEvents Pair::events()
{
    return {.status = [this](const core::sync::Status &now) { status = now; },
        .seeded = [this] { ++seeded; },
        .settled = [this] { ++settled; },
        .conflicts =
            [this](const auto &items) {
                conflicts.clear();
                for (const auto &item : items)
                    conflicts << QString::fromStdString(
                        item.path + ": " + item.host + " | " + item.guest);
            },
        .problems =
            [this](const auto &items) {
                problems.clear();
                for (const auto &item : items)
                    problems << QString::fromStdString(item.path + ": " + item.reason);
            },
        .question = [this](const auto &asked) { question = asked; },
        .excluded =
            [this](const auto &paths) {
                excluded.clear();
                for (const std::string &path : paths)
                    excluded << QString::fromStdString(path);
            }};
}

bool Pair::join(const Options &options)
{
    m_root = ::open(host.path().toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    m_sync =
        ::open(area.filePath(u"sync"_s).toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto side = core::sync::HostSide::create(
        {.root = m_root, .area = m_sync, .workspace = host.path().toStdString()},
        options.allowSecretFiles);
    auto store = core::sync::AncestorStore::open(m_sync);
    if (!side || !store) {
        failure = QString::fromStdString(side ? store.error().detail : side.error().detail);
        return false;
    }
    m_side = std::move(*side);
    m_store.emplace(std::move(*store));
    session = std::make_unique<core::sync::HostSession>(*m_side,
        *m_store,
        core::sync::HostSetup{.recovery = options.recovery,
            .restored = options.restored,
            .git = options.git,
            .bundle = options.bundle},
        events());
    std::array<int, 2> sockets = {};
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data());
    m_socket = sockets[0];
    ::fcntl(m_socket, F_SETFL, O_NONBLOCK);
    m_guestEnd = std::make_unique<GuestEnd>(
        guest.path(), area.filePath(u"guest/state"_s), sockets[1], options.boot);
    m_output.clear();
    session->connected();
    return true;
}

bool Pair::connect(const Options &options)
{
    return join(options) && pumpUntil([this] {
        return seeded > 0 && (status.state == core::sync::State::Idle || question);
    });
}

bool Pair::connectBriefly()
{
    return join({}) && pumpUntil([this] { return status.state == core::sync::State::Scanning; });
}

void Pair::disconnect(bool orderly)
{
    if (m_guestEnd)
        m_guestEnd->stop(orderly);
    m_guestEnd.reset();
    session.reset();
    m_side.reset();
    m_store.reset();
    for (int *descriptor : {&m_root, &m_sync, &m_socket}) {
        if (*descriptor >= 0)
            ::close(std::exchange(*descriptor, -1));
    }
    seeded = 0;
    question.reset();
    status = {};
}

bool Pair::sync()
{
    const int before = settled;
    session->syncNow();
    return pumpUntil([this, before] { return settled > before; });
}

bool Pair::pumpUntil(const std::function<bool()> &done, int timeoutMs)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < timeoutMs) {
        if (done())
            return true;
        if (!pumpOnce(10))
            return false;
    }
    return done();
}

bool Pair::pumpOnce(int waitMs)
{
    const int due = session->tick();
    if (m_output.size() < 64 << 10)
        session->fill(m_output, 256 << 10);
    const short wanted = m_output.empty() ? POLLIN : POLLIN | POLLOUT;
    std::array<pollfd, 2> waits = {pollfd{.fd = m_socket, .events = wanted, .revents = 0},
        pollfd{.fd = m_side->watchDescriptor(), .events = POLLIN, .revents = 0}};
    ::poll(waits.data(), waits.size(), std::min(waitMs, due));
    if ((waits[0].revents & POLLOUT) != 0) {
        const auto sent = ::send(m_socket, m_output.data(), m_output.size(), MSG_NOSIGNAL);
        if (sent > 0)
            m_output.erase(0, static_cast<std::size_t>(sent));
    }
    if ((waits[0].revents & POLLIN) == 0)
        return true;
    static std::string buffer(256 << 10, '\0');
    const auto got = ::recv(m_socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
        failure = u"the guest's end is gone"_s;
        return false;
    }
    const auto received =
        session->receive(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    if (!received)
        failure = QString::fromStdString(received.error().detail);
    return received.has_value();
}

QStringList Pair::versions() const
{
    const QString root = area.filePath(u"sync/versions"_s);
    QStringList names;
    QDirIterator files(
        root, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString name = files.next().mid(root.size() + 1);
        names << name.mid(name.indexOf(u'/') + 1);
    }
    names.sort();
    return names;
}
