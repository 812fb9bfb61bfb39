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

/// How long after the command's end its pipes may be held open, silently, by what it left behind.
constexpr auto drainPatience = 500ms;
constexpr int pipeBytes = 256 << 10;
/// The most that a command's pipes or terminal can hold of its own at its end.
constexpr std::size_t mostLeftToRead = 2 * pipeBytes;
constexpr auto killAfter = 3s;

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
    ::fcntl(ends[0], F_SETPIPE_SZ, pipeBytes); // fewer turns for bulk; a smaller one does, too
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
    , m_input(loop, [this] { credit(); })
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
    const auto parts = m_reader.feed(bytes);
    if (!parts)
        return fail(parts.error().detail);
    for (const auto &part : *parts) {
        if (m_state == State::Done)
            return;
        if (part.channel == link::Channel::Input) {
            m_input.take(part.bytes);
        } else if (part.channel == link::Channel::Control) {
            const auto request = parseCommandRequest(part.bytes);
            request ? handle(*request) : fail(request.error());
        } else {
            fail("a frame of the wrong direction");
        }
    }
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
        resize(m_input.descriptor(), *size);
    if (const auto *wanted = std::get_if<Signal>(&request))
        signal(wanted->number);
    if (std::holds_alternative<EndOfInput>(request))
        m_input.end();
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

void Command::lose()
{
    const bool isUnderWay = m_state == State::Running || m_state == State::Draining;
    if (m_keepAs.empty() || !isUnderWay || !m_parkedAs.empty())
        return;
    m_parkedAs = m_keepAs;
    m_isLost = true;
    watchOutlets(false);
}

void Command::adopt(CommandStream stream, std::optional<std::uint64_t> received)
{
    m_stream = std::move(stream);
    m_parkedAs.clear();
    m_isLost = false;
    m_reader = link::ChannelReader();
    m_uncredited = 0; // what waits for the terminal came with the old stream
    m_unsent.clear();
    m_isFull = false;
    auto frames = link::encodeFrame(link::Channel::Control, startedMessage(m_child));
    if (const auto missed = received ? m_backlog.since(*received) : link::BytesView();
        !missed.empty())
        frames += link::encodeFrame(link::Channel::Output, missed);
    if (!send(std::move(frames)))
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
        m_keepAs = spec.keep;
        m_input.open(Descriptor(::fcntl(terminal->master.value(), F_DUPFD_CLOEXEC, 3)),
            CommandInput::Kind::Terminal);
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
    m_outlets.push_back({std::move(output->reader), link::Channel::Output});
    m_outlets.push_back({std::move(error->reader), link::Channel::Error});
    for (const Descriptor *ours :
        {&input->writer, &m_outlets[0].descriptor, &m_outlets[1].descriptor})
        setNonBlocking(*ours);
    m_input.open(std::move(input->writer), CommandInput::Kind::Pipe);
    theirs.push_back(std::move(input->reader));
    theirs.push_back(std::move(output->writer));
    theirs.push_back(std::move(error->writer));
    return {};
}

/// One frame out of as many reads as it holds: a terminal gives 4 KiB at a time at most.
void Command::readFrom(std::size_t index)
{
    if (!m_parkedAs.empty())
        return; // told before it was parked
    const auto &outlet = m_outlets[index];
    bool isOver = false;
    m_isFull = true; // unless it asks for output
    const auto read = [&](std::span<char> room) {
        m_isFull = false;
        ssize_t count = 0;
        std::size_t filled = link::frameHeaderBytes;
        while (filled < room.size()) {
            count = ::read(outlet.descriptor.value(), room.data() + filled, room.size() - filled);
            if (count <= 0)
                break;
            filled += static_cast<std::size_t>(count);
        }
        isOver = count == 0 || (count < 0 && !wouldBlock(count)); // a terminal's end is EIO
        const std::size_t payload = filled - link::frameHeaderBytes;
        if (!m_keepAs.empty())
            m_backlog.append({room.data() + link::frameHeaderBytes, payload});
        std::ranges::copy(link::frameHeader(outlet.channel, payload), room.begin());
        return payload > 0 ? filled : 0;
    };
    const std::size_t taken = m_stream.fill(read);
    if (m_state == State::Draining)
        m_readSinceEnd += taken;
    if (m_isFull)
        watchOutlets(false);
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
    m_isFull = false;
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

void Command::credit()
{
    const std::size_t freed = m_uncredited - std::min(m_uncredited, m_input.pending());
    if (freed > 0)
        m_stream.consumed(freed);
    m_uncredited -= freed;
}

void Command::signal(int number)
{
    if (m_state != State::Running || !m_children.isExpected(m_child))
        return;
    const pid_t foreground =
        m_hasTerminal && m_input.isOpen() ? foregroundGroup(m_input.descriptor()) : 0;
    ::kill(foreground > 0 ? -foreground : -m_child, number);
}

void Command::ended(int waitStatus)
{
    m_waitStatus = waitStatus;
    m_state = State::Draining;
    giveUpOnPipesLater();
    if (!m_hasTerminal)
        m_input.close();
    finishIfDrained();
}

void Command::giveUpOnPipesLater()
{
    m_patience = m_loop.after(drainPatience, [this] {
        m_patience.reset();
        // Where the reader is slow, what is in the pipes is still the command's own.
        const bool isProgressing = m_readSinceEnd != std::exchange(m_readBefore, m_readSinceEnd);
        if (m_isFull || !m_unsent.empty() || !m_parkedAs.empty() ||
            (isProgressing && m_readSinceEnd < mostLeftToRead))
            return giveUpOnPipesLater();
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
    m_input.close();
}

} // namespace core::guest
