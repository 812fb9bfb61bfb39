#include "core/guest/command.h"

#include "core/guest/pseudo_terminal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace core::guest {

namespace {

using namespace std::chrono_literals;

/// How long after the command's end its pipes may still be held open by what it left behind.
constexpr auto drainPatience = 500ms;
constexpr auto killAfter = 3s;
constexpr char endOfFile = '\x04';

struct Pipe
{
    Descriptor reader;
    Descriptor writer;
};

Outcome<Pipe> makePipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return systemError("cannot make a pipe");
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

void setNonBlocking(const Descriptor &descriptor)
{
    ::fcntl(descriptor.value(), F_SETFL, ::fcntl(descriptor.value(), F_GETFL) | O_NONBLOCK);
}

bool wouldBlock(ssize_t count)
{
    return count < 0 && (errno == EAGAIN || errno == EINTR);
}

} // namespace

Command::Command(EventLoop &loop, Children &children, CommandStream stream, Environment defaults)
    : m_loop(loop)
    , m_children(children)
    , m_stream(std::move(stream))
    , m_defaults(std::move(defaults))
{
}

Command::~Command()
{
    hangUp();
    if (m_patience)
        m_loop.cancel(*m_patience);
}

void Command::receive(link::BytesView bytes)
{
    m_uncredited += bytes.size();
    const auto frames = m_reader.feed(bytes);
    if (!frames)
        return fail(frames.error().detail);
    for (const auto &frame : *frames) {
        if (m_state == State::Done)
            return;
        if (frame.channel == link::Channel::Input) {
            if (!m_inputEnds)
                m_toChild += frame.payload;
        } else if (frame.channel == link::Channel::Control) {
            const auto request = parseCommandRequest(frame.payload);
            request ? handle(*request) : fail(request.error());
        } else {
            fail("a frame of the wrong direction");
        }
    }
    if (m_state == State::Running)
        flushInput();
    credit();
}

void Command::handle(const CommandRequest &request)
{
    if (const auto *spec = std::get_if<CommandSpec>(&request))
        return m_state == State::AwaitingSpec ? start(*spec) : fail("a second spec");
    if (m_state == State::AwaitingSpec)
        return fail("the first frame must be a spec");
    if (const auto *size = std::get_if<TerminalSize>(&request);
        size && m_hasTerminal && m_input.isOpen())
        resize(m_input.value(), *size);
    if (const auto *wanted = std::get_if<Signal>(&request))
        signal(wanted->number);
    if (std::holds_alternative<EndOfInput>(request))
        endInput();
    if (const auto *wanted = std::get_if<Park>(&request))
        park(wanted->name);
}

void Command::park(const std::string &name)
{
    if (!m_hasTerminal || m_state != State::Running || name.empty() || !m_parkedAs.empty())
        return fail("only a command that runs in a terminal can be parked, and once");
    m_parkedAs = name;
    watchOutlets(false);
    if (send(link::encodeFrame(link::Channel::Control, parkedMessage())))
        m_stream.finish();
}

void Command::adopt(CommandStream stream)
{
    m_stream = std::move(stream);
    m_parkedAs.clear();
    m_reader = link::ChannelReader();
    m_uncredited = 0; // what waits for the terminal came with the old stream
    m_unsent.clear();
    if (!send(link::encodeFrame(link::Channel::Control, startedMessage(m_child))))
        return;
    watchOutlets(true);
    finishIfDrained();
}

void Command::start(const CommandSpec &spec)
{
    auto user = findUser(spec.user);
    if (!user)
        return fail("there is no user " + spec.user);
    Launch launch{.argv = spec.argv,
        .environment = loginEnvironment(*user),
        .directory = spec.directory.empty() ? user->home : spec.directory,
        .user = *user};
    if (spec.terminal)
        launch.environment.insert_or_assign("TERM", "xterm-256color");
    for (const auto &more : {m_defaults, spec.environment})
        for (const auto &[name, value] : more)
            launch.environment.insert_or_assign(name, value);

    std::vector<Descriptor> theirs;
    const auto child = open(spec, launch, theirs).and_then([&] { return spawn(launch); });
    theirs.clear();
    if (!child)
        return fail(child.error());
    m_child = *child;
    m_state = State::Running;
    m_children.expect(m_child, [this](int status) { ended(status); });
    m_buffer.resize(link::frameHeaderBytes + link::maxChannelPayload);
    const bool taken = send(link::encodeFrame(link::Channel::Control, startedMessage(m_child)));
    for (std::size_t i = 0; i < m_outlets.size(); ++i)
        m_loop.watch(m_outlets[i].descriptor.value(),
            taken ? std::uint32_t{EPOLLIN} : 0,
            [this, i](std::uint32_t) { readFrom(i); });
}

Outcome<> Command::open(const CommandSpec &spec, Launch &launch, std::vector<Descriptor> &theirs)
{
    if (spec.terminal) {
        auto terminal = PseudoTerminal::open(*spec.terminal, launch.user);
        if (!terminal)
            return std::unexpected(terminal.error());
        launch.input = launch.output = launch.error = terminal->slave.value();
        launch.terminal = m_hasTerminal = true;
        theirs.push_back(std::move(terminal->slave));
        m_input = Descriptor(::fcntl(terminal->master.value(), F_DUPFD_CLOEXEC, 3));
        m_outlets.push_back({std::move(terminal->master), link::Channel::Output});
        return {};
    }
    auto input = makePipe();
    auto output = makePipe();
    auto error = makePipe();
    if (!input || !output || !error)
        return std::unexpected(!input ? input.error() : !output ? output.error() : error.error());
    launch.input = input->reader.value();
    launch.output = output->writer.value();
    launch.error = error->writer.value();
    m_input = std::move(input->writer);
    m_outlets.push_back({std::move(output->reader), link::Channel::Output});
    m_outlets.push_back({std::move(error->reader), link::Channel::Error});
    for (const Descriptor *ours : {&m_input, &m_outlets[0].descriptor, &m_outlets[1].descriptor})
        setNonBlocking(*ours);
    theirs.push_back(std::move(input->reader));
    theirs.push_back(std::move(output->writer));
    theirs.push_back(std::move(error->writer));
    return {};
}

/// One frame out of as many reads as it holds: a terminal gives 4 KiB at a time at most.
void Command::readFrom(std::size_t index)
{
    const int descriptor = m_outlets[index].descriptor.value();
    std::size_t filled = link::frameHeaderBytes;
    ssize_t count = 0;
    while (filled < m_buffer.size()) {
        count = ::read(descriptor, m_buffer.data() + filled, m_buffer.size() - filled);
        if (count <= 0)
            break;
        filled += static_cast<std::size_t>(count);
    }
    const bool isOver = count == 0 || (count < 0 && !wouldBlock(count)); // a terminal's end is EIO
    const std::size_t payload = filled - link::frameHeaderBytes;
    if (payload > 0) {
        const auto header = link::frameHeader(m_outlets[index].channel, payload);
        std::ranges::copy(header, m_buffer.begin());
        const link::BytesView frame(m_buffer.data(), filled);
        const std::size_t taken = m_stream.write(frame);
        if (taken < frame.size()) {
            m_unsent += frame.substr(taken);
            watchOutlets(false);
        }
    }
    if (isOver)
        outletClosed(index);
}

bool Command::send(link::Bytes frames)
{
    const std::size_t taken = m_unsent.empty() ? m_stream.write(frames) : 0;
    m_unsent += frames.substr(taken);
    return m_unsent.empty();
}

void Command::writable()
{
    const std::size_t taken = m_stream.write(m_unsent);
    m_unsent.erase(0, taken);
    if (!m_unsent.empty())
        return;
    if (m_state == State::Done || !m_parkedAs.empty())
        return m_stream.finish();
    watchOutlets(true);
    finishIfDrained();
}

void Command::watchOutlets(bool reading)
{
    for (const auto &outlet : m_outlets)
        if (outlet.descriptor.isOpen())
            m_loop.change(outlet.descriptor.value(), reading ? std::uint32_t{EPOLLIN} : 0);
}

void Command::outletClosed(std::size_t index)
{
    Descriptor &descriptor = m_outlets[index].descriptor;
    m_loop.forget(descriptor.value());
    descriptor.close();
    finishIfDrained();
}

void Command::flushInput()
{
    std::size_t written = 0;
    while (m_input.isOpen() && written < m_toChild.size()) {
        const auto count =
            ::write(m_input.value(), m_toChild.data() + written, m_toChild.size() - written);
        if (wouldBlock(count))
            break;
        if (count < 0) { // the command has closed its input: what comes is swallowed
            written = m_toChild.size();
            break;
        }
        written += static_cast<std::size_t>(count);
    }
    m_toChild.erase(0, m_input.isOpen() ? written : m_toChild.size());
    credit();
    if (!m_input.isOpen())
        return;
    if (m_toChild.empty()) {
        m_loop.forget(m_input.value());
        if (m_inputEnds && !m_hasTerminal)
            m_input.close();
        return;
    }
    m_loop.watch(m_input.value(), EPOLLOUT, [this](std::uint32_t) { flushInput(); });
}

void Command::credit()
{
    const std::size_t freed = m_uncredited - std::min(m_uncredited, m_toChild.size());
    if (freed > 0)
        m_stream.consumed(freed);
    m_uncredited -= freed;
}

void Command::endInput()
{
    if (m_inputEnds)
        return;
    m_inputEnds = true;
    if (m_hasTerminal)
        m_toChild += endOfFile;
    flushInput();
}

void Command::signal(int number)
{
    if (m_state != State::Running || !m_children.isExpected(m_child))
        return;
    const pid_t foreground =
        m_hasTerminal && m_input.isOpen() ? foregroundGroup(m_input.value()) : 0;
    ::kill(foreground > 0 ? -foreground : -m_child, number);
}

void Command::ended(int waitStatus)
{
    m_waitStatus = waitStatus;
    m_state = State::Draining;
    giveUpOnPipesLater();
    if (!m_hasTerminal && m_input.isOpen()) {
        m_loop.forget(m_input.value());
        m_input.close();
    }
    finishIfDrained();
}

void Command::giveUpOnPipesLater()
{
    m_patience = m_loop.after(drainPatience, [this] {
        m_patience.reset();
        if (!m_unsent.empty() || !m_parkedAs.empty())
            return giveUpOnPipesLater(); // the reader is slow, and what is in the pipes is still
                                         // the command's own
        for (std::size_t i = 0; i < m_outlets.size(); ++i)
            if (m_outlets[i].descriptor.isOpen())
                outletClosed(i);
    });
}

void Command::finishIfDrained()
{
    const bool drained =
        std::ranges::none_of(m_outlets, [](const Outlet &o) { return o.descriptor.isOpen(); });
    if (m_state != State::Draining || !drained)
        return;
    m_state = State::Done;
    if (send(link::encodeFrame(link::Channel::Control, exitMessage(m_waitStatus))))
        m_stream.finish();
}

void Command::fail(const std::string &reason)
{
    if (m_state == State::Done)
        return;
    hangUp();
    if (send(link::encodeFrame(link::Channel::Control, failedMessage(reason))))
        m_stream.finish();
}

void Command::hangUp()
{
    const bool isRunning = m_state == State::Running && m_children.isExpected(m_child);
    if (isRunning) {
        signal(SIGHUP);
        ::kill(-m_child, SIGHUP);
        ::kill(-m_child, SIGCONT);
        m_children.forget(m_child);
        m_loop.after(killAfter, [&children = m_children, child = m_child] {
            if (children.isExpected(child))
                ::kill(-child, SIGKILL);
        });
    }
    m_state = State::Done;
    for (auto &outlet : m_outlets) {
        if (outlet.descriptor.isOpen())
            m_loop.forget(outlet.descriptor.value());
        outlet.descriptor.close();
    }
    if (m_input.isOpen())
        m_loop.forget(m_input.value());
    m_input.close();
    m_toChild.clear();
}

} // namespace core::guest
