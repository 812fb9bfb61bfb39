#include "vmm/machine/machine.h"

#include "vmm/machine/confinement.h"

#include <QDir>
#include <QFileInfo>
#include <QTimer>

#include <cerrno>
#include <cstring>
#include <fcntl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The commands in use: qmp_capabilities, stop, cont, quit, system_powerdown, getfd,
// dump-guest-memory; the files of vmm/snapshot and vmm/machine/disks.cpp list theirs.

namespace vmm {
namespace {

constexpr auto greetingLimit = 10s;
constexpr auto quitLimit = 5s;
constexpr auto dumpLimit = 10min;
constexpr qsizetype exitTailBytes = 4 << 10;

std::unexpected<Error> error(Error::Kind kind, const QString &detail)
{
    return std::unexpected(Error{.kind = kind, .detail = detail});
}

Result<> filesExist(const MachineSpec &spec)
{
    for (const auto &file : filesOf(spec)) {
        const QFileInfo info(file.path);
        const bool writable = file.access == DiskSpec::Access::ReadOnly || info.isWritable();
        if (!info.isFile())
            return error(Error::Kind::ImageMissing, file.path + u" is missing"_s);
        if (!info.isReadable() || !writable)
            return error(Error::Kind::Io, file.path + u": no permission"_s);
    }
    return {};
}

Result<> makePrivate(const QString &directory)
{
    constexpr auto owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (!QDir().mkpath(directory) || !QFile::setPermissions(directory, owner))
        return error(Error::Kind::Io, directory + u" could not be made"_s);
    return {};
}

/// Shared, since what is told may delete the machine that tells it.
template <typename T>
void finish(
    const std::shared_ptr<QPromise<Result<T>>> promise, std::type_identity_t<Result<T>> result)
{
    if (promise->future().isFinished())
        return;
    promise->addResult(std::move(result));
    promise->finish();
}

Result<> withoutValue(const Result<QJsonValue> &reply)
{
    if (!reply)
        return std::unexpected(reply.error());
    return {};
}

} // namespace

Machine::Machine(MachineSpec spec, HostCapabilities host, Places places)
    : m_spec(std::move(spec))
    , m_host(std::move(host))
    , m_places(std::move(places))
    , m_nodes(m_spec)
{
    m_started->start();
    m_ended->start();
    connect(&m_process, &QemuProcess::finished, this, &Machine::handleEnd);
}

Machine::~Machine()
{
    disconnect(&m_process, nullptr, this, nullptr);
}

qint64 Machine::processId() const
{
    return m_process.processId();
}

const std::optional<MachineExit> &Machine::exit() const
{
    return m_exit;
}

QByteArray Machine::consoleTail() const
{
    return m_console ? m_console->tail() : QByteArray();
}

Future<> Machine::start()
{
    if (m_state != State::Off)
        return failed(Error::Kind::InvalidSpec, u"a machine is started once"_s);
    setState(State::Starting);
    auto opened = validate(m_spec).and_then([this] { return filesExist(m_spec); }).and_then([this] {
        return makePrivate(m_places.runDirectory);
    });
    if (opened)
        opened = open();
    if (!opened) {
        m_exit = MachineExit{};
        m_exit->errorText = opened.error().detail;
        setState(State::Exited);
        finish(m_ended, *m_exit);
        finish(m_started, opened);
    }
    return m_started->future();
}

/// Makes every socket, so that whoever connects from now on is served as soon as QEMU runs.
Result<> Machine::open()
{
    QemuWiring wiring;
    std::vector<Descriptor> inherited;
    const auto give = [&](Descriptor descriptor) {
        inherited.push_back(std::move(descriptor));
        return u"fd=%1"_s.arg(inherited.back().number());
    };
    const auto listening = u",server=on,wait=off"_s;
    auto monitor = socketPair();
    auto console = socketPair();
    if (!monitor || !console)
        return std::unexpected(monitor ? console.error() : monitor.error());
    wiring.monitor = give(std::move(monitor->second));
    wiring.console = give(std::move(console->second));
    for (const auto &name : std::as_const(m_spec.ports)) {
        auto socket = listenAt(m_places.runDirectory + u'/' + socketName(name));
        if (!socket)
            return std::unexpected(socket.error());
        wiring.ports << give(*std::move(socket)) + listening;
    }
    m_monitor = std::make_unique<qmp::Client>(std::move(monitor->first));
    m_console = std::make_unique<Console>(std::move(console->first), m_places.consoleLog);
    begin(wiring, inherited);
    return {};
}

void Machine::begin(QemuWiring wiring, const std::vector<Descriptor> &inherited)
{
    connect(m_console.get(), &Console::received, this, &Machine::consoleReceived);
    connect(m_monitor.get(), &qmp::Client::eventReceived, this, &Machine::handleEvent);
    m_monitor->negotiate(greetingLimit).then(this, [this](const Result<qmp::Greeting> &greeting) {
        monitorAnswered(greeting);
    });
    const bool isConfined = !m_host.bubblewrap.isEmpty();
    wiring.files = isConfined ? QemuWiring::Files::ByInsideName : QemuWiring::Files::ByHostPath;
    auto command = qemuCommand(m_spec, m_host, wiring);
    if (isConfined) {
        const bool kvm = m_spec.acceleration == Acceleration::Kvm;
        command = confined(command,
            {.bubblewrap = m_host.bubblewrap,
                .system = SystemLayout::ofThisHost(),
                .files = filesOf(m_spec),
                .devices = kvm ? QStringList{u"/dev/kvm"_s} : QStringList()});
    }
    QList<int> numbers;
    for (const auto &descriptor : inherited)
        numbers << descriptor.number();
    m_process.start(command, numbers);
}

void Machine::monitorAnswered(const Result<qmp::Greeting> &greeting)
{
    if (greeting && m_spec.start.from != StartSpec::From::Kernel) {
        loadState().then(this, [this](const Result<> &outcome) { loaded(outcome); });
        return;
    }
    if (greeting) {
        if (m_state == State::Starting)
            setState(State::Running);
        return finish(m_started, Result<>());
    }
    // A monitor that closed belongs to a QEMU that is ending: its standard error says more.
    if (greeting.error().kind == Error::Kind::Io)
        return;
    m_process.kill();
    finish(m_started, std::unexpected(greeting.error()));
}

Future<> Machine::loadState()
{
    Descriptor file(
        ::open(QFile::encodeName(m_spec.start.state).constData(), O_RDONLY | O_CLOEXEC));
    if (!file)
        return failed(Error::Kind::Io,
            m_spec.start.state + u": "_s + QString::fromLocal8Bit(strerror(errno)));
    const bool whole = m_spec.start.from == StartSpec::From::State;
    m_migration = std::make_unique<Migration>(*m_monitor,
        Migration::Request{.way = Migration::Way::Load,
            .memory = whole ? SavedMemory::Inside : SavedMemory::Elsewhere,
            .file = std::move(file)});
    return m_migration->run()
        .then(this,
            [this](const Result<> &outcome) -> Future<> {
                if (!outcome)
                    return failed(outcome.error().kind, outcome.error().detail);
                if (m_spec.start.then != StartSpec::Then::GoOn)
                    return done();
                if (const auto gate = m_gate ? m_gate() : Result<>(); !gate)
                    return failed(gate.error().kind, gate.error().detail);
                return resume();
            })
        .unwrap();
}

void Machine::loaded(const Result<> &outcome)
{
    if (m_exit) // its own words have been told
        return;
    if (outcome && m_state == State::Starting)
        setState(m_spec.start.then == StartSpec::Then::GoOn ? State::Running : State::Paused);
    // A QEMU that ends because the state does not fit says why on its standard error.
    if (!outcome && outcome.error().kind == Error::Kind::Io && m_process.processId() != 0)
        return;
    if (!outcome)
        kill();
    finish(m_started, outcome);
}

void Machine::handleEvent(const qmp::Event &event)
{
    if (event.name == "SHUTDOWN"_L1) {
        m_shutdownReason = event.data[u"reason"_s].toString();
        setState(State::Stopping);
    } else if (event.name == "STOP"_L1 && m_state == State::Running) {
        setState(State::Paused);
    } else if (event.name == "RESUME"_L1 && m_state == State::Paused) {
        setState(State::Running);
    }
}

void Machine::handleEnd(int exitCode, int signal)
{
    if (m_exit)
        return;
    if (m_monitor)
        m_monitor->readAvailable();
    if (m_console)
        m_console->readAvailable();
    m_exit = classify({.exitCode = exitCode,
        .signal = signal,
        .shutdownReason = m_shutdownReason,
        .wish = m_wish,
        .memoryRanOut = m_process.memoryRanOut(),
        .errorText = m_process.errorText(),
        .consoleTail = consoleTail().right(exitTailBytes)});
    for (const auto &port : std::as_const(m_spec.ports))
        QFile::remove(m_places.runDirectory + u'/' + socketName(port));
    setState(State::Exited);
    const auto words =
        m_exit->errorText.isEmpty()
            ? u"QEMU ended with %1 %2"_s.arg(signal ? u"signal"_s : u"code"_s).arg(m_exit->code)
            : m_exit->errorText;
    const auto ended = m_ended;
    const auto exit = *m_exit;
    finish(m_started, error(Error::Kind::ProcessFailed, words)); // this may be gone after it
    finish(ended, exit);
}

void Machine::setState(State state)
{
    if (state == m_state || m_state == State::Exited)
        return;
    m_state = state;
    emit stateChanged(state);
}

Future<> Machine::run(const QString &command)
{
    if (!m_monitor || m_state == State::Exited)
        return failed(Error::Kind::Io, u"the machine does not run"_s);
    return m_monitor->execute({.name = command, .arguments = {}}).then(this, withoutValue);
}

Future<> Machine::pause()
{
    return run(u"stop"_s);
}

Future<> Machine::resume()
{
    return run(u"cont"_s);
}

Result<Descriptor> Machine::connectPort(const QString &name) const
{
    if (!m_spec.ports.contains(name))
        return error(Error::Kind::InvalidSpec, u"no port "_s + name);
    return connectTo(m_places.runDirectory + u'/' + socketName(name));
}

Future<MachineExit> Machine::powerDown(std::chrono::milliseconds patience)
{
    run(u"system_powerdown"_s);
    return awaitExit(patience);
}

Future<MachineExit> Machine::awaitExit(std::chrono::milliseconds patience)
{
    if (m_state == State::Off)
        return failed<MachineExit>(Error::Kind::InvalidSpec, u"the machine was not started"_s);
    setState(State::Stopping);
    if (!m_exit)
        QTimer::singleShot(patience, this, [this] {
            if (!m_exit)
                askToQuit();
        });
    return m_ended->future();
}

Future<MachineExit> Machine::quit()
{
    if (m_state != State::Off && !m_exit)
        askToQuit();
    return awaitExit(quitLimit);
}

void Machine::askToQuit()
{
    setState(State::Stopping);
    m_wish = ExitFacts::Wish::Quit;
    run(u"quit"_s);
    QTimer::singleShot(quitLimit, this, [this] { kill(); });
}

void Machine::kill()
{
    if (m_exit || m_state == State::Off)
        return;
    m_wish = ExitFacts::Wish::Quit;
    m_process.kill();
}

Future<> Machine::saveState(const QString &path, SavedMemory memory, std::function<Future<>()> held)
{
    if (!m_monitor || m_exit)
        return failed(Error::Kind::Io, u"the machine does not run"_s);
    Descriptor file(
        ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return failed(Error::Kind::Io, path + u": "_s + QString::fromLocal8Bit(strerror(errno)));
    m_migration = std::make_unique<Migration>(*m_monitor,
        Migration::Request{.way = Migration::Way::Save,
            .memory = memory,
            .file = std::move(file),
            .switchover = held ? Migration::Switchover::Hold : Migration::Switchover::GoOn});
    connect(m_migration.get(), &Migration::held, this, [this, held = std::move(held)] {
        held().then(this, [this](const Result<> &outcome) {
            outcome ? m_migration->goOn() : m_migration->giveUp(outcome.error());
        });
    });
    return m_migration->run().then(this, [path](const Result<> &outcome) {
        if (!outcome)
            QFile::remove(path);
        return outcome;
    });
}

Future<> Machine::dumpMemory(const QString &path)
{
    if (!m_monitor || m_exit)
        return failed(Error::Kind::Io, u"the machine does not run"_s);
    const Descriptor file(
        ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return failed(Error::Kind::Io, path + u": "_s + QString::fromLocal8Bit(strerror(errno)));
    // QEMU may open no file of the host, so it is handed an open one.
    m_monitor->sendWithDescriptor(
        {.name = u"getfd"_s, .arguments = {{u"fdname"_s, u"dump"_s}}}, file.number());
    return m_monitor
        ->execute({.name = u"dump-guest-memory"_s,
                      .arguments = {{u"paging"_s, false}, {u"protocol"_s, u"fd:dump"_s}}},
            dumpLimit)
        .then(this, withoutValue);
}

} // namespace vmm
