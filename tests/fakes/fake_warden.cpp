// A stand-in for paddock-warden: takes the sandbox's lock, speaks core/warden/API.md, boots
// nothing. Programs of the host stand in for commands in the sandbox.
// `sandboxes/<id>/fake-warden.json` scripts it; every member may be missing:
//   {"refuse":{"kind","detail"}      say so on descriptor 1 and end
//    "hang":true                     take connections and never answer
//    "delayMs":N                     answer late
//    "launchMs":N                    from booting to running (100)
//    "failLaunch":{"kind","detail","consoleTail"}   fail instead of running
//    "greeting":"…"                  what a terminal shows first
//    "agentExit":N                   exit code of the agent without a terminal (0)
//    "status":{…}                    members that replace those of the status object
//    "connections":[{…}]             records to answer with; "connectionEveryMs":N sends one that
//    often "syncConflicts":[{…}], "log":["…"]}
//    "review":{…}                    what a fork changed: the answer to sync.review
//    "snapshotMs":N                  how long a snapshot takes (0)
// What it was given is written to `fake-warden.seen.json`: {"secrets":{…},"calls":["…"],"pid":N}.
#include "core/client/file_lock.h"
#include "core/link/channel_frames.h"
#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/warden/snapshot_store.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QSaveFile>
#include <QTimer>

#include <cstdio>
#include <unistd.h>

using namespace Qt::StringLiterals;
using core::link::Channel;

namespace {

QJsonObject readJson(const QString &path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                      : QJsonObject();
}

/// Whole or not at all: a test may read it at any moment.
void writeJson(const QString &path, const QJsonObject &object)
{
    QSaveFile file(path);
    if (!file.open(QFile::WriteOnly))
        return;
    file.write(QJsonDocument(object).toJson());
    file.commit();
}

QByteArray line(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

void sendFrame(QLocalSocket *socket, Channel channel, const QByteArray &payload)
{
    const auto frame = core::link::encodeFrame(channel, payload.toStdString());
    socket->write(frame.data(), static_cast<qint64>(frame.size()));
}

void sendControl(QLocalSocket *socket, const QJsonObject &message)
{
    sendFrame(socket, Channel::Control, QJsonDocument(message).toJson(QJsonDocument::Compact));
}

/// A terminal that echoes and knows a few words: "size", "flood KIB", "exit CODE".
class FakeTerminal : public QObject
{
public:
    QString id;
    QString kind;
    int columns = 80;
    int rows = 24;
    std::optional<int> exitCode;

    void start(const QString &greeting) { show(greeting.toUtf8()); }
    void attach(QLocalSocket *socket)
    {
        m_clients.append(socket);
        connect(socket, &QObject::destroyed, this, [this, socket] { m_clients.removeOne(socket); });
        sendControl(socket, {{u"scrollback"_s, true}});
        sendFrame(socket, Channel::Output, m_scrollback);
        sendControl(socket, {{u"live"_s, true}});
        if (exitCode)
            sendControl(socket, {{u"exit"_s, QJsonObject{{u"code"_s, *exitCode}}}});
    }
    void input(const QByteArray &bytes)
    {
        for (const char c : bytes) {
            if (c == '\r' || c == '\n') {
                show("\r\n");
                enter(std::exchange(m_line, {}));
            } else if (c == 3) {
                m_line.clear();
                show("^C\r\n> ");
            } else {
                m_line += c;
                show(QByteArray(1, c));
            }
        }
    }
    void end(int code)
    {
        exitCode = code;
        for (QLocalSocket *client : std::as_const(m_clients))
            sendControl(client, {{u"exit"_s, QJsonObject{{u"code"_s, code}}}});
    }

private:
    void show(const QByteArray &bytes)
    {
        m_scrollback += bytes;
        for (QLocalSocket *client : std::as_const(m_clients))
            sendFrame(client, Channel::Output, bytes);
    }
    void enter(const QByteArray &words)
    {
        if (words.startsWith("exit")) {
            end(words.mid(5).toInt());
            return;
        }
        if (words == "size")
            show(QByteArray::number(columns) + "x" + QByteArray::number(rows) + "\r\n");
        else if (words.startsWith("flood"))
            show(QByteArray(words.mid(6).toInt() * 1024, 'x') + "\r\nflood over\r\n");
        else if (!words.isEmpty())
            show("you said: " + words + "\r\n");
        show("> ");
    }

    QByteArray m_scrollback;
    QByteArray m_line;
    QList<QLocalSocket *> m_clients;
};

class FakeWarden : public QObject
{
public:
    FakeWarden(core::Paths paths, core::SandboxSettings settings, QJsonObject script)
        : m_paths(std::move(paths))
        , m_settings(std::move(settings))
        , m_script(std::move(script))
    {
    }
    bool serve();
    void takeSecrets(const QJsonObject &secrets);

private:
    void accept();
    void readLines(QLocalSocket *socket);
    void request(QLocalSocket *socket, const QJsonObject &message);
    QJsonObject result(QLocalSocket *socket, const QString &method, const QJsonObject &parameters);
    QJsonObject openTerminal(const QJsonObject &parameters);
    void answer(QLocalSocket *socket, const QJsonObject &message, const QJsonObject &answer);
    void snapshot(QLocalSocket *socket, const QJsonObject &message);
    QJsonObject takeSnapshot(const QString &name, const QString &reason);
    QJsonObject status() const;
    QString suspended() const { return m_paths.sandbox(m_settings.id.value) + u"/suspended"_s; }
    void setState(const QString &state, const QString &stage);
    void failLaunch();
    void notify(const QString &topic, const QJsonObject &parameters);
    void seen(const QString &call);
    void becomeData(QLocalSocket *socket, const QString &ticket);
    void terminalData(QLocalSocket *socket, FakeTerminal *terminal);
    void commandData(QLocalSocket *socket, const QJsonObject &parameters);
    void agentData(QLocalSocket *socket, const QJsonObject &parameters);

    core::Paths m_paths;
    core::SandboxSettings m_settings;
    QJsonObject m_script;
    QString m_state = u"booting"_s;
    QString m_stage = u"boot"_s;
    QString m_reason;
    QString m_reasonKind;
    qint64 m_since = QDateTime::currentMSecsSinceEpoch();
    QLocalServer m_server;
    QHash<QLocalSocket *, QStringList> m_subscribers;
    QHash<QString, QJsonObject> m_tickets;
    QHash<QString, FakeTerminal *> m_terminals;
    QJsonObject m_secrets;
    QJsonArray m_calls;
    QString m_taking; ///< name of the snapshot that is being taken
    int m_nextTicket = 1;
    int m_nextTerminal = 1;
    int m_nextConnection = 0;
};

bool FakeWarden::serve()
{
    const QString path = m_paths.wardenSocket(m_settings.id.value);
    if (!core::makePrivateDirectory(m_paths.runtimeOf(m_settings.id.value)))
        return false;
    QFile::remove(path);
    QDir(suspended()).removeRecursively(); // resumed
    if (!m_server.listen(path))
        return false;
    connect(&m_server, &QLocalServer::newConnection, this, [this] { accept(); });
    QTimer::singleShot(m_script.value("launchMs"_L1).toInt(100), this, [this] {
        if (m_script.contains("failLaunch"_L1))
            failLaunch();
        else
            setState(u"running"_s, u"ready"_s);
    });
    if (const int every = m_script.value("connectionEveryMs"_L1).toInt(); every > 0) {
        auto *timer = new QTimer(this);
        connect(timer, &QTimer::timeout, this, [this] {
            const QJsonArray records = m_script.value("connections"_L1).toArray();
            if (!records.isEmpty())
                notify(u"connection"_s, records.at(m_nextConnection++ % records.size()).toObject());
        });
        timer->start(every);
    }
    return true;
}

void FakeWarden::takeSecrets(const QJsonObject &secrets)
{
    m_secrets = secrets;
    seen(u"started"_s);
}

void FakeWarden::accept()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        if (m_script.value("hang"_L1).toBool())
            continue; // connected, and that is all
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { readLines(socket); });
        connect(socket, &QLocalSocket::disconnected, this, [this, socket] {
            m_subscribers.remove(socket);
            socket->deleteLater();
            if (m_state == "failed"_L1 && m_server.findChildren<QLocalSocket *>().size() <= 1)
                QCoreApplication::quit();
        });
        readLines(socket);
    }
}

void FakeWarden::readLines(QLocalSocket *socket)
{
    // One line at a time: after a ticket the rest of the bytes are frames.
    while (socket->canReadLine()) {
        const QByteArray text = socket->readLine();
        const QJsonObject message = QJsonDocument::fromJson(text).object();
        if (message.contains("ticket"_L1)) {
            socket->disconnect(this);
            connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
            becomeData(socket, message.value("ticket"_L1).toString());
            return;
        }
        const int delay = m_script.value("delayMs"_L1).toInt();
        if (delay > 0)
            QTimer::singleShot(
                delay, socket, [this, socket, message] { request(socket, message); });
        else
            request(socket, message);
    }
}

void FakeWarden::request(QLocalSocket *socket, const QJsonObject &message)
{
    const QString method = message.value("method"_L1).toString();
    seen(method);
    if (method == "snapshot"_L1) {
        snapshot(socket, message);
        return;
    }
    answer(socket, message, result(socket, method, message.value("params"_L1).toObject()));
    if (method == "stop"_L1 || method == "suspend"_L1) {
        socket->flush();
        QTimer::singleShot(20, this, [] { QCoreApplication::quit(); });
    }
}

void FakeWarden::answer(QLocalSocket *socket, const QJsonObject &message, const QJsonObject &answer)
{
    QJsonObject reply{{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, message.value("id"_L1)}};
    if (answer.contains("kind!"_L1))
        reply[u"error"_s] = QJsonObject{{u"code"_s, -32000},
            {u"message"_s, answer.value("detail"_L1)},
            {u"data"_s, QJsonObject{{u"kind"_s, answer.value("kind!"_L1)}}}};
    else
        reply[u"result"_s] = answer;
    socket->write(line(reply));
}

void FakeWarden::snapshot(QLocalSocket *socket, const QJsonObject &message)
{
    const QJsonObject wish = message.value("params"_L1).toObject();
    const core::SnapshotStore store(m_paths.sandbox(m_settings.id.value));
    QString name = wish.value("name"_L1).toString();
    if (name.isEmpty())
        name = core::freeSnapshotName(store.names());
    m_taking = name;
    notify(u"status"_s, status());
    const auto finish = [this, socket, message, name, wish] {
        const QJsonObject taken = takeSnapshot(name, wish.value("automatic"_L1).toString());
        m_taking.clear();
        answer(socket, message, taken);
        notify(u"status"_s, status());
    };
    QTimer::singleShot(m_script.value("snapshotMs"_L1).toInt(), socket, finish);
}

QJsonObject FakeWarden::takeSnapshot(const QString &name, const QString &reason)
{
    const QString directory = m_paths.sandbox(m_settings.id.value);
    const core::SnapshotStore store(directory);
    for (const QString &disk : {u"root"_s, u"docker"_s, u"work"_s}) {
        const QString file = u"%1/%2.qcow2"_s.arg(directory, disk);
        if (!QFile::exists(file))
            QProcess::execute(
                u"qemu-img"_s, {u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, file, u"1M"_s});
    }
    const auto place = store.begin(name);
    QFile state(place.value_or(QString()));
    if (!state.open(QFile::WriteOnly))
        return {{u"kind!"_s, u"failed"_s}, {u"detail"_s, state.errorString()}};
    state.write("the state of a machine");
    state.close();
    const core::SnapshotInfo shown =
        core::snapshotFromJson({{u"name"_s, name}, {u"automatic"_s, reason}});
    const auto kept = store.keep({.name = name,
                                     .atMs = QDateTime::currentMSecsSinceEpoch(),
                                     .reason = shown.reason,
                                     .layers = {0},
                                     .machine = {},
                                     .settings = m_settings},
        {});
    if (!kept)
        return {{u"kind!"_s, u"failed"_s}, {u"detail"_s, kept.error().detail}};
    return {{u"snapshot"_s, toJson(shown)}};
}

QJsonObject FakeWarden::result(
    QLocalSocket *socket, const QString &method, const QJsonObject &parameters)
{
    if (method == "hello"_L1)
        return {{u"id"_s, m_settings.id.value}, {u"version"_s, u"fake"_s}, {u"pid"_s, getpid()}};
    if (method == "status"_L1)
        return status();
    if (method == "subscribe"_L1) {
        for (const QJsonValue topic : parameters.value("topics"_L1).toArray())
            m_subscribers[socket].append(topic.toString());
        return {};
    }
    if (method == "secret"_L1) {
        m_secrets[parameters.value("service"_L1).toString()] = parameters.value("value"_L1);
        seen(u"secret "_s + parameters.value("service"_L1).toString());
        return {};
    }
    if (method == "terminal.open"_L1)
        return openTerminal(parameters);
    if (method == "terminal.list"_L1) {
        QJsonArray list;
        for (const FakeTerminal *terminal : std::as_const(m_terminals))
            list.append(QJsonObject{{u"id"_s, terminal->id},
                {u"kind"_s, terminal->kind},
                {u"title"_s, terminal->kind},
                {u"running"_s, !terminal->exitCode},
                {u"exitCode"_s,
                    terminal->exitCode ? QJsonValue(*terminal->exitCode) : QJsonValue()},
                {u"columns"_s, terminal->columns},
                {u"rows"_s, terminal->rows}});
        return {{u"terminals"_s, list}};
    }
    if (method == "terminal.close"_L1) {
        if (FakeTerminal *terminal = m_terminals.value(parameters.value("terminal"_L1).toString()))
            terminal->end(129);
        return {};
    }
    if (method == "exec"_L1) {
        const QString ticket = QString::number(m_nextTicket++);
        m_tickets.insert(ticket, parameters);
        return {{u"ticket"_s, ticket}};
    }
    if (method == "policy.reload"_L1)
        return {{u"epoch"_s, 2}};
    if (method == "policy.check"_L1)
        return {{u"verdict"_s, u"deny"_s},
            {u"reason"_s, u"no rule allows it"_s},
            {u"rule"_s, QString()},
            {u"source"_s, u"default"_s}};
    if (method == "connections"_L1)
        return {{u"records"_s, m_script.value("connections"_L1).toArray()}};
    if (method == "sync.status"_L1)
        return status().value("sync"_L1).toObject();
    if (method == "sync.conflicts"_L1)
        return {{u"items"_s, m_script.value("syncConflicts"_L1).toArray()}};
    if (method == "log"_L1)
        return {{u"lines"_s, m_script.value("log"_L1).toArray()}};
    if (method == "sync.review"_L1)
        return m_script.value("review"_L1).toObject();
    if (method == "sync.accept"_L1) {
        for (const QJsonValue path : parameters.value("paths"_L1).toArray())
            seen(u"accept "_s + path.toString());
        return {{u"accepted"_s, parameters.value("paths"_L1).toArray()}};
    }
    if (method == "snapshot.remove"_L1) {
        const core::SnapshotStore store(m_paths.sandbox(m_settings.id.value));
        const auto removed = store.remove(parameters.value("name"_L1).toString());
        return removed
                   ? QJsonObject()
                   : QJsonObject{{u"kind!"_s, u"usage"_s}, {u"detail"_s, removed.error().detail}};
    }
    if (method == "console"_L1)
        return {{u"text"_s, u"fake console\n"_s}};
    if (method == "stop"_L1) {
        setState(u"stopping"_s, u"ready"_s);
        return {};
    }
    if (method == "suspend"_L1) {
        QDir().mkpath(suspended());
        writeJson(suspended() + u"/manifest.json"_s, {});
        return {};
    }
    if (method.startsWith("sync."_L1))
        return {};
    return {{u"kind!"_s, u"usage"_s}, {u"detail"_s, u"no method "_s + method}};
}

QJsonObject FakeWarden::openTerminal(const QJsonObject &parameters)
{
    const QString wanted = parameters.value("terminal"_L1).toString();
    FakeTerminal *terminal = m_terminals.value(wanted);
    if (!wanted.isEmpty() && !terminal)
        return {{u"kind!"_s, u"usage"_s}, {u"detail"_s, u"no terminal "_s + wanted}};
    const QString kind = parameters.value("kind"_L1).toString();
    for (FakeTerminal *existing : std::as_const(m_terminals)) {
        if (!terminal && kind == "agent"_L1 && existing->kind == kind && !existing->exitCode)
            terminal = existing;
    }
    if (!terminal) {
        terminal = new FakeTerminal;
        terminal->setParent(this);
        terminal->id = QString::number(m_nextTerminal++);
        terminal->kind = kind;
        QStringList words{kind == "agent"_L1 ? m_settings.agent : kind};
        for (const QJsonValue argument : parameters.value("arguments"_L1).toArray())
            words.append(argument.toString());
        terminal->start(
            m_script.value("greeting"_L1).toString(u"fake %1 ready\r\n> "_s.arg(words.join(u' '))));
        m_terminals.insert(terminal->id, terminal);
    }
    terminal->columns = parameters.value("columns"_L1).toInt(80);
    terminal->rows = parameters.value("rows"_L1).toInt(24);
    const QString ticket = QString::number(m_nextTicket++);
    m_tickets.insert(ticket, {{u"terminal!"_s, terminal->id}});
    return {
        {u"terminal"_s, terminal->id}, {u"ticket"_s, ticket}, {u"running"_s, !terminal->exitCode}};
}

QJsonObject FakeWarden::status() const
{
    QJsonObject object{
        {u"id"_s, m_settings.id.value},
        {u"name"_s, m_settings.name},
        {u"agent"_s, m_settings.agent},
        {u"workspace"_s, m_settings.workspace},
        {u"network"_s, toString(m_settings.network)},
        {u"state"_s, m_state},
        {u"stage"_s, m_stage},
        {u"progress"_s, QJsonObject{{u"done"_s, 0}, {u"total"_s, 0}, {u"text"_s, QString()}}},
        {u"reason"_s, m_reason},
        {u"reasonKind"_s, m_reasonKind},
        {u"since"_s, m_since},
        {u"docker"_s, u"ready"_s},
        {u"agentState"_s,
            QJsonObject{{u"state"_s, m_terminals.isEmpty() ? u"none"_s : u"working"_s},
                {u"exitCode"_s, QJsonValue()},
                {u"text"_s, QString()}}},
        {u"acceleration"_s, u"tcg"_s},
        {u"accelerationReason"_s, u"fake"_s},
        {u"notices"_s, QJsonArray()},
        {u"snapshot"_s,
            m_taking.isEmpty() ? QJsonValue()
                               : QJsonObject{{u"name"_s, m_taking}, {u"since"_s, m_since}}},
        {u"blocked"_s, 0},
        {u"sync"_s,
            QJsonObject{{u"state"_s, u"idle"_s}, {u"files"_s, 3}, {u"lastSync"_s, m_since}}},
        {u"cpus"_s, m_settings.cpus},
        {u"memoryMiB"_s, m_settings.memoryMiB},
        {u"version"_s, u"fake"_s},
        {u"pid"_s, getpid()},
    };
    const QJsonObject scripted = m_script.value("status"_L1).toObject();
    for (auto member = scripted.begin(); member != scripted.end(); ++member)
        object.insert(member.key(), member.value());
    return object;
}

void FakeWarden::setState(const QString &state, const QString &stage)
{
    m_state = state;
    m_stage = stage;
    m_since = QDateTime::currentMSecsSinceEpoch();
    notify(u"status"_s, status());
}

void FakeWarden::failLaunch()
{
    QJsonObject failure = m_script.value("failLaunch"_L1).toObject();
    failure[u"at"_s] = QDateTime::currentMSecsSinceEpoch();
    const QString folder = m_paths.sandbox(m_settings.id.value) + u"/log"_s;
    QDir().mkpath(folder);
    writeJson(folder + u"/last-exit.json"_s, failure);
    m_reason = failure.value("detail"_L1).toString();
    m_reasonKind = failure.value("kind"_L1).toString();
    setState(u"failed"_s, m_stage);
    if (m_server.findChildren<QLocalSocket *>().isEmpty())
        QCoreApplication::quit();
}

void FakeWarden::notify(const QString &topic, const QJsonObject &parameters)
{
    const QString subscribed = topic == "connection"_L1 ? u"connections"_s : topic;
    for (const auto &[socket, topics] : m_subscribers.asKeyValueRange()) {
        if (topics.contains(subscribed))
            socket->write(
                line({{u"jsonrpc"_s, u"2.0"_s}, {u"method"_s, topic}, {u"params"_s, parameters}}));
    }
}

void FakeWarden::seen(const QString &call)
{
    m_calls.append(call);
    writeJson(m_paths.sandbox(m_settings.id.value) + u"/fake-warden.seen.json"_s,
        {{u"secrets"_s, m_secrets}, {u"calls"_s, m_calls}, {u"pid"_s, getpid()}});
}

void FakeWarden::becomeData(QLocalSocket *socket, const QString &ticket)
{
    const QJsonObject parameters = m_tickets.take(ticket);
    if (parameters.isEmpty()) {
        socket->abort();
        return;
    }
    if (FakeTerminal *terminal = m_terminals.value(parameters.value("terminal!"_L1).toString()))
        terminalData(socket, terminal);
    else if (parameters.value("terminal"_L1).isObject()) {
        auto *command = new FakeTerminal;
        command->setParent(this);
        command->start(u"command"_s);
        terminalData(socket, command);
    } else if (parameters.value("agent"_L1).toBool())
        agentData(socket, parameters);
    else
        commandData(socket, parameters);
}

/// Calls `take` with what comes.
template <typename Take>
void onFrames(QLocalSocket *socket, QObject *context, Take take)
{
    auto reader = std::make_shared<core::link::ChannelReader>();
    const auto read = [socket, reader, take] {
        const auto bytes = socket->readAll().toStdString();
        const auto parts = reader->feed(bytes);
        if (!parts)
            return socket->abort();
        for (const auto &part : *parts)
            take(part.channel, QByteArray(part.bytes.data(), qsizetype(part.bytes.size())));
    };
    QObject::connect(socket, &QLocalSocket::readyRead, context, read);
    read();
}

void FakeWarden::terminalData(QLocalSocket *socket, FakeTerminal *terminal)
{
    terminal->attach(socket);
    onFrames(socket, terminal, [terminal](Channel channel, const QByteArray &payload) {
        const QJsonObject message = QJsonDocument::fromJson(payload).object();
        if (channel == Channel::Input)
            terminal->input(payload);
        else if (message.contains("resize"_L1)) {
            terminal->columns = message.value("resize"_L1).toObject().value("columns"_L1).toInt();
            terminal->rows = message.value("resize"_L1).toObject().value("rows"_L1).toInt();
        }
    });
}

void FakeWarden::agentData(QLocalSocket *socket, const QJsonObject &parameters)
{
    QStringList words;
    for (const QJsonValue argument : parameters.value("arguments"_L1).toArray())
        words.append(argument.toString());
    sendFrame(socket, Channel::Output, "agent got " + words.join(u'|').toUtf8() + "\n");
    sendFrame(socket, Channel::Error, "agent complains\n");
    sendControl(
        socket, {{u"exit"_s, QJsonObject{{u"code"_s, m_script.value("agentExit"_L1).toInt()}}}});
}

void FakeWarden::commandData(QLocalSocket *socket, const QJsonObject &parameters)
{
    auto *process = new QProcess(socket);
    QStringList argv;
    for (const QJsonValue word : parameters.value("argv"_L1).toArray())
        argv.append(word.toString());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QJsonObject extra = parameters.value("environment"_L1).toObject();
    for (auto member = extra.begin(); member != extra.end(); ++member)
        environment.insert(member.key(), member.value().toString());
    process->setProcessEnvironment(environment);
    if (const QString cwd = parameters.value("cwd"_L1).toString(); !cwd.isEmpty())
        process->setWorkingDirectory(cwd);
    connect(process, &QProcess::readyReadStandardOutput, socket, [=] {
        sendFrame(socket, Channel::Output, process->readAllStandardOutput());
    });
    connect(process, &QProcess::readyReadStandardError, socket, [=] {
        sendFrame(socket, Channel::Error, process->readAllStandardError());
    });
    connect(process, &QProcess::errorOccurred, socket, [=](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            sendControl(socket, {{u"failed"_s, process->errorString()}});
    });
    connect(process, &QProcess::finished, socket, [=](int code, QProcess::ExitStatus status) {
        const bool killed = status == QProcess::CrashExit;
        sendControl(socket, {{u"exit"_s, QJsonObject{{killed ? u"signal"_s : u"code"_s, code}}}});
    });
    process->start(argv.value(0), argv.mid(1));
    onFrames(socket, process, [process](Channel channel, const QByteArray &payload) {
        const QJsonObject message = QJsonDocument::fromJson(payload).object();
        if (channel == Channel::Input)
            process->write(payload);
        else if (message.contains("eof"_L1))
            process->closeWriteChannel();
        else if (message.contains("signal"_L1))
            process->terminate();
    });
}

void say(const QJsonObject &message)
{
    const QByteArray text = line(message);
    [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, text.constData(), text.size());
    close(STDOUT_FILENO);
}

int refuse(const QString &kind, const QString &detail)
{
    say({{u"error"_s, QJsonObject{{u"kind"_s, kind}, {u"detail"_s, detail}}}});
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const core::Paths paths = core::Paths::fromEnvironment();
    const QString folder = paths.sandbox(application.arguments().value(1));
    const auto settings = core::settingsFromJson(readJson(folder + u"/sandbox.json"_s));
    if (!settings)
        return refuse(u"noSuchSandbox"_s, settings.error().detail);
    const auto lock = core::FileLock::take(folder + u"/lock"_s, std::chrono::milliseconds(200));
    if (!lock)
        return refuse(u"stateConflict"_s, u"another warden holds it"_s);
    QFile::remove(folder + u"/log/last-exit.json"_s);
    const QJsonObject script = readJson(folder + u"/fake-warden.json"_s);
    if (const QJsonObject refused = script.value("refuse"_L1).toObject(); !refused.isEmpty())
        return refuse(refused.value("kind"_L1).toString(), refused.value("detail"_L1).toString());

    FakeWarden warden(paths, *settings, script);
    QFile input;
    if (input.open(0, QFile::ReadOnly))
        warden.takeSecrets(QJsonDocument::fromJson(input.readLine(1 << 20))
                .object()
                .value("secrets"_L1)
                .toObject());
    if (!warden.serve())
        return refuse(u"failed"_s, u"cannot listen"_s);
    // A test that ends takes its folder with it.
    QTimer orphaned;
    QObject::connect(&orphaned, &QTimer::timeout, &orphaned, [folder] {
        if (!QFile::exists(folder + u"/sandbox.json"_s))
            QCoreApplication::quit();
    });
    orphaned.start(500);
    say({{u"ready"_s, true}, {u"socket"_s, paths.wardenSocket(settings->id.value)}});
    return QCoreApplication::exec();
}
