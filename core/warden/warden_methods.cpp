#include "core/warden/warden_methods.h"

#include "core/warden/data_connection.h"
#include "core/warden/log_file.h"
#include "core/warden/machine_failure.h"
#include "core/warden/snapshots.h"
#include "core/warden/vmm_error.h"
#include "core/warden/warden.h"

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {
namespace {

using Answer = Future<QJsonObject>;

Answer done()
{
    return ready(Result<QJsonObject>(QJsonObject()));
}

Answer done(const QJsonObject &result)
{
    return ready(Result<QJsonObject>(result));
}

Answer refused(Error::Kind kind, const QString &detail)
{
    return ready(Result<QJsonObject>(std::unexpected(Error{kind, detail})));
}

Answer notRunning()
{
    return refused(Error::Kind::StateConflict, u"the sandbox is still starting, or stops"_s);
}

Answer whenDone(QObject *context, Future<> future, const QJsonObject &result = {})
{
    return future.then(context, [result](const Result<> &outcome) -> Result<QJsonObject> {
        if (!outcome)
            return std::unexpected(outcome.error());
        return result;
    });
}

/// Why no new command can be run now; it would wait for a guest that may never answer.
std::optional<Error> obstacle(const Warden &warden)
{
    if (!warden.terminals())
        return Error{Error::Kind::StateConflict, u"the sandbox stops"_s};
    const auto status = warden.status();
    if (status.value("state"_L1).toString() == toString(SandboxState::NotAnswering))
        return Error{Error::Kind::NotAnswering, status.value("reason"_L1).toString()};
    return std::nullopt;
}

Result<QJsonObject> openTerminal(Warden &warden, const QJsonObject &parameters)
{
    auto *terminals = warden.terminals();
    if (!terminals)
        return std::unexpected(Error{Error::Kind::StateConflict, u"the sandbox stops"_s});
    const auto wanted = parameters.value("terminal"_L1).toString();
    auto *terminal = wanted.isEmpty() ? nullptr : terminals->find(wanted);
    if (!wanted.isEmpty() && !terminal)
        return std::unexpected(
            Error{Error::Kind::Usage, u"there is no terminal \"%1\""_s.arg(wanted)});
    const Terminal::Size size{
        parameters.value("columns"_L1).toInt(80), parameters.value("rows"_L1).toInt(24)};
    if (!terminal) {
        if (const auto silent = obstacle(warden))
            return std::unexpected(*silent);
        Terminals::Request request{.size = size, .arguments = {}};
        if (parameters.value("kind"_L1).toString() == "agent"_L1)
            request.kind = Terminal::Kind::Agent;
        for (const auto argument : parameters.value("arguments"_L1).toArray())
            request.arguments << argument.toString();
        const auto opened = terminals->open(request);
        if (!opened)
            return std::unexpected(opened.error());
        terminal = *opened;
    }
    terminal->resize(size);
    const QPointer<Terminal> target(terminal);
    const auto ticket = warden.api().issueTicket(
        [target](std::unique_ptr<QLocalSocket> socket, const QByteArray &early) {
            if (target)
                new TerminalConnection(std::move(socket), early, *target); // deletes itself
        });
    return QJsonObject{{u"terminal"_s, terminal->id()},
        {u"ticket"_s, ticket},
        {u"running"_s, terminal->isRunning()}};
}

Result<QJsonObject> startCommand(Warden &warden, const QJsonObject &parameters)
{
    if (const auto silent = obstacle(warden))
        return std::unexpected(*silent);
    const auto spec = warden.terminals()->commandSpec(parameters);
    if (!spec)
        return std::unexpected(spec.error());
    const auto output = spec->value("terminal"_L1).isObject() ? CommandConnection::Output::Filtered
                                                              : CommandConnection::Output::Exact;
    const QPointer<Warden> target(&warden);
    const auto ticket = warden.api().issueTicket([target, spec = *spec, output](
                                                     std::unique_ptr<QLocalSocket> socket,
                                                     const QByteArray &early) {
        if (target && target->terminals()) // deletes itself
            new CommandConnection(std::move(socket), early, target->terminals()->run(spec), output);
    });
    return QJsonObject{{u"ticket"_s, ticket}};
}

/// Calls `start` once commands can be run.
template <typename Start>
ApiServer::Method afterLaunch(Warden &warden, Start start)
{
    return [&warden, start](const QJsonObject &parameters) -> Answer {
        return warden.whenReady().then(
            &warden, [&warden, start, parameters](const Result<> &ready) -> Result<QJsonObject> {
                if (!ready)
                    return std::unexpected(ready.error());
                if (const auto why = warden.disks() ? warden.disks()->standsStill() : std::nullopt)
                    return std::unexpected(*why);
                return start(warden, parameters);
            });
    };
}

void addTerminalMethods(ApiServer &api, Warden &warden)
{
    api.add(u"terminal.open"_s, afterLaunch(warden, openTerminal));
    api.add(u"exec"_s, afterLaunch(warden, startCommand));
    api.add(u"terminal.list"_s, [&warden](const QJsonObject &) {
        return done(
            {{u"terminals"_s, warden.terminals() ? warden.terminals()->list() : QJsonArray()}});
    });
    api.add(u"terminal.close"_s, [&warden](const QJsonObject &parameters) {
        auto *terminal = warden.terminals()
                             ? warden.terminals()->find(parameters.value("terminal"_L1).toString())
                             : nullptr;
        if (!terminal)
            return refused(Error::Kind::Usage, u"there is no such terminal"_s);
        warden.terminals()->close(terminal);
        return done();
    });
}

void addNetworkMethods(ApiServer &api, Warden &warden)
{
    api.add(u"policy.reload"_s, [&warden](const QJsonObject &) {
        return warden.network() ? warden.network()->reload() : notRunning();
    });
    api.add(u"policy.check"_s, [&warden](const QJsonObject &parameters) {
        return warden.network()
                   ? warden.network()->check(parameters.value("destination"_L1).toString())
                   : notRunning();
    });
    api.add(u"connections"_s, [&warden](const QJsonObject &parameters) {
        const int limit = parameters.value("limit"_L1).toInt(1000);
        return warden.network() ? done(warden.network()->records(limit))
                                : done({{u"records"_s, QJsonArray()}});
    });
    api.add(u"secret"_s, [&warden](const QJsonObject &parameters) {
        const auto service = parameters.value("service"_L1).toString();
        if (service.isEmpty())
            return refused(Error::Kind::Usage, u"\"service\" is missing"_s);
        const auto value = parameters.value("value"_L1);
        warden.setSecret(service, value.isString() ? value.toString().toUtf8() : QByteArray());
        return done();
    });
}

void addFileMethods(ApiServer &api, Warden &warden)
{
    api.add(u"sync.status"_s, [&warden](const QJsonObject &) {
        return done(warden.files() ? warden.files()->status() : disconnectedSync(u"starting"_s));
    });
    api.add(u"sync.conflicts"_s, [&warden](const QJsonObject &) {
        return done(
            warden.files() ? warden.files()->conflicts() : QJsonObject{{u"items"_s, QJsonArray()}});
    });
    api.add(u"sync.now"_s, [&warden](const QJsonObject &) {
        return warden.files() ? whenDone(&warden, warden.files()->sync()) : notRunning();
    });
    api.add(u"sync.pause"_s, [&warden](const QJsonObject &) {
        if (!warden.files())
            return notRunning();
        warden.files()->pause();
        return done();
    });
    api.add(u"sync.resume"_s, [&warden](const QJsonObject &) {
        if (!warden.files())
            return notRunning();
        warden.files()->resume();
        return done();
    });
    api.add(u"sync.answer"_s, [&warden](const QJsonObject &parameters) {
        const auto choice = parameters.value("choice"_L1).toString();
        if (choice != "apply"_L1 && choice != "discard"_L1)
            return refused(Error::Kind::Usage, u"\"choice\" must be apply or discard"_s);
        if (!warden.files())
            return notRunning();
        return whenDone(&warden, ready(warden.files()->answer(choice == "apply"_L1)));
    });
}

/// A `review` or `accept` of PROCESSES.md, for a sandbox whose files are its own.
ApiServer::Method reviewMethod(Warden &warden, const QString &type)
{
    return [&warden, type](const QJsonObject &parameters) {
        if (!warden.settings().origin)
            return refused(Error::Kind::StateConflict,
                u"its files are kept equal with the folder; only a fork of a running sandbox has "
                u"changes of its own"_s);
        if (!warden.files())
            return notRunning();
        auto request = parameters;
        request[u"type"_s] = type;
        return warden.files()->review(request);
    };
}

void addReviewMethods(ApiServer &api, Warden &warden)
{
    api.add(u"sync.review"_s, reviewMethod(warden, u"review"_s));
    api.add(u"sync.accept"_s, reviewMethod(warden, u"accept"_s));
}

void addMachineMethods(ApiServer &api, Warden &warden)
{
    api.add(u"log"_s, [&warden](const QJsonObject &parameters) {
        const auto lines = lastLines(warden.logFile(), parameters.value("lines"_L1).toInt(200));
        return done({{u"lines"_s, QJsonArray::fromStringList(lines)}});
    });
    api.add(u"console"_s, [&warden](const QJsonObject &) {
        const auto tail = warden.machine() ? warden.machine()->consoleTail() : QByteArray();
        return done({{u"text"_s, QString::fromUtf8(cleanConsole(tail))}});
    });
    api.add(u"machine.dump-memory"_s, [&warden](const QJsonObject &parameters) {
        const auto path = parameters.value("path"_L1).toString();
        if (!path.startsWith(u'/'))
            return refused(Error::Kind::Usage, u"\"path\" must be absolute"_s);
        if (!warden.machine())
            return notRunning();
        return whenDone(&warden, fromVmm(&warden, warden.machine()->dumpMemory(path)));
    });
}

} // namespace

void addMethods(ApiServer &api, Warden &warden)
{
    api.add(u"hello"_s, [&warden](const QJsonObject &) {
        return done({{u"id"_s, warden.settings().id.value},
            {u"version"_s, QStringLiteral(PADDOCK_VERSION)},
            {u"pid"_s, qint64(::getpid())}});
    });
    api.add(u"status"_s, [&warden](const QJsonObject &) { return done(warden.status()); });
    api.add(u"stop"_s, [&warden](const QJsonObject &parameters) {
        const bool force = parameters.value("force"_L1).toBool();
        const int patienceMs = parameters.value("timeoutMs"_L1).toInt(30'000);
        return whenDone(&warden,
            warden.stop(force ? Warden::Stop::Forced : Warden::Stop::Orderly,
                std::chrono::milliseconds(std::max(patienceMs, 1000))));
    });
    api.add(u"suspend"_s,
        [&warden](const QJsonObject &) { return whenDone(&warden, warden.suspend()); });
    addSnapshotMethods(api, warden);
    addDiskMethods(api, warden);
    addTerminalMethods(api, warden);
    addNetworkMethods(api, warden);
    addFileMethods(api, warden);
    addReviewMethods(api, warden);
    addMachineMethods(api, warden);
}

} // namespace core
