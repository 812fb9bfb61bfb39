#include "core/guest/control_server.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

namespace core::guest {

namespace {

using Json = nlohmann::json;

constexpr std::size_t maxBody = 8 << 20;
constexpr std::size_t maxCommands = 128; ///< with a stream, and as many parked
constexpr std::string_view adoptPath = "/adopt/";
constexpr auto lostPatience = std::chrono::seconds(60);

std::optional<std::uint64_t> parseCount(std::string_view text)
{
    std::uint64_t count = 0;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, count);
    return error == std::errc() && stop == end ? std::optional(count) : std::nullopt;
}

std::string errorBody(const std::string &reason)
{
    return Json{{"error", reason}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool isKnown(std::string_view method, std::string_view path)
{
    if (method == "GET")
        return path == "/status" || path == "/events";
    if (method == "POST" && path.starts_with(adoptPath))
        return true;
    return method == "POST" && (path == "/configure" || path == "/exec" || path == "/clock" ||
                                   path == "/reseed" || path == "/shutdown");
}

Outcome<std::int64_t> parseClock(std::string_view body)
{
    const Json value = Json::parse(body, nullptr, false);
    const bool fits = value.is_object() && value.contains("realtimeNs") &&
                      value["realtimeNs"].is_number_integer() &&
                      value["realtimeNs"].get<std::int64_t>() > 0;
    if (!fits)
        return std::unexpected("realtimeNs must be a positive whole number");
    return value["realtimeNs"].get<std::int64_t>();
}

Outcome<ShutdownMode> parseMode(std::string_view body)
{
    const Json value = Json::parse(body, nullptr, false);
    const Json mode = value.is_object() && value.contains("mode") ? value["mode"] : Json();
    if (mode == "poweroff")
        return ShutdownMode::PowerOff;
    if (mode == "reboot")
        return ShutdownMode::Reboot;
    return std::unexpected("mode must be poweroff or reboot");
}

} // namespace

ControlServer::ControlServer(
    EventLoop &loop, Children &children, Descriptor port, GuestServices &services)
    : m_loop(loop)
    , m_children(children)
    , m_services(services)
    , m_link(
          loop,
          std::move(port),
          [this] { return events(); },
          [this] {
              m_requests.clear();
              m_listeners.clear();
              loseCommands();
          })
{
}

ControlServer::~ControlServer()
{
    if (m_patience)
        m_loop.cancel(*m_patience);
}

void ControlServer::loseCommands()
{
    for (auto &[stream, command] : std::exchange(m_commands, {})) {
        command->lose();
        keepParked(std::move(command));
    }
}

/// The host that has come back wants nothing of them.
void ControlServer::hangUpLost()
{
    m_patience.reset();
    std::erase_if(m_parked, [](const auto &entry) { return entry.second->isLost(); });
}

link::SessionEvents ControlServer::events()
{
    if (m_patience)
        m_loop.cancel(*m_patience);
    m_patience = m_loop.after(lostPatience, [this] { hangUpLost(); });
    return {.opened = [this](auto stream, const auto &headers) { opened(stream, headers); },
        .answered = {},
        .data = [this](auto stream, auto bytes) { received(stream, bytes); },
        .ended = [this](auto stream) { finished(stream); },
        .closed = [this](auto stream, auto) { forget(stream); },
        .writable =
            [this](auto stream) {
                if (const auto found = m_commands.find(stream); found != m_commands.end())
                    found->second->writable();
            }};
}

void ControlServer::opened(link::StreamId stream, const link::Headers &headers)
{
    const std::string_view path = link::headerValue(headers, ":path");
    if (!isKnown(link::headerValue(headers, ":method"), path))
        return reply(stream, 404, errorBody("there is nothing at " + std::string(path)));
    if (path == "/exec")
        return startCommand(stream);
    if (path.starts_with(adoptPath))
        return adoptCommand(stream, headers);
    if (path == "/events") {
        m_listeners.insert(stream);
        return m_link.session()->answer(stream, 200);
    }
    m_requests.emplace(stream, Request{.path = std::string(path), .body = {}});
}

void ControlServer::startCommand(link::StreamId stream)
{
    if (m_commands.size() >= maxCommands)
        return reply(stream, 503, errorBody("too many commands at once"));
    m_link.session()->answer(stream, 200);
    m_commands.emplace(stream,
        std::make_unique<Command>(
            m_loop, m_children, laneOf(stream), m_services.commandEnvironment()));
}

void ControlServer::adoptCommand(link::StreamId stream, const link::Headers &headers)
{
    const std::string name(link::headerValue(headers, ":path").substr(adoptPath.size()));
    // Its old stream may not be closed by the host yet.
    const auto old = std::ranges::find_if(
        m_commands, [&](const auto &entry) { return entry.second->parkedAs() == name; });
    if (old != m_commands.end())
        forget(old->first);
    auto parked = m_parked.extract(name);
    if (parked.empty())
        return reply(stream, 404, errorBody("nothing is parked as " + name));
    m_link.session()->answer(stream, 200);
    auto &command = m_commands[stream] = std::move(parked.mapped());
    command->adopt(laneOf(stream), parseCount(link::headerValue(headers, "paddock-received")));
}

/// What is not parked is hung up.
void ControlServer::keepParked(std::unique_ptr<Command> command)
{
    const std::string name = command->parkedAs();
    if (!name.empty() && m_parked.size() < maxCommands)
        m_parked.insert_or_assign(name, std::move(command));
}

/// The session goes before the commands hear of it, so they ask for it each time.
CommandStream ControlServer::laneOf(link::StreamId stream)
{
    return {.write =
                [this, stream](link::BytesView bytes) {
                    auto *session = m_link.session();
                    return session ? session->write(stream, bytes) : 0;
                },
        .fill = [this, stream](const link::Source &source) -> std::size_t {
            auto *session = m_link.session();
            return session ? session->fill(stream, source) : 0;
        },
        .consumed =
            [this, stream](std::size_t count) {
                if (auto *session = m_link.session())
                    session->consumed(stream, count);
            },
        .finish =
            [this, stream] {
                if (auto *session = m_link.session())
                    session->finish(stream);
            }};
}

void ControlServer::received(link::StreamId stream, link::BytesView bytes)
{
    if (const auto command = m_commands.find(stream); command != m_commands.end())
        return command->second->receive(bytes);
    m_link.session()->consumed(stream, bytes.size());
    const auto request = m_requests.find(stream);
    if (request == m_requests.end())
        return;
    if (request->second.body.size() + bytes.size() > maxBody) {
        m_requests.erase(request);
        return reply(stream, 413, errorBody("the request is too large"));
    }
    request->second.body += bytes;
}

void ControlServer::finished(link::StreamId stream)
{
    const auto request = m_requests.extract(stream);
    if (request.empty())
        return;
    if (request.mapped().path == "/status")
        return reply(stream, 200, m_services.status());
    answer(stream, dispatch(request.mapped()));
}

Outcome<> ControlServer::dispatch(const Request &request)
{
    if (request.path == "/configure")
        return parseConfiguration(request.body)
            .and_then([this](const Configuration &configuration) {
                return m_services.configure(configuration);
            });
    if (request.path == "/clock")
        return parseClock(request.body).and_then([this](std::int64_t realtimeNs) {
            return m_services.setClock(realtimeNs);
        });
    if (request.path == "/shutdown")
        return parseMode(request.body).transform([this](ShutdownMode mode) {
            m_services.shutDown(mode);
        });
    const std::size_t size = request.body.size();
    if (size < 32 || size > 512)
        return std::unexpected("a seed has 32 to 512 bytes");
    return m_services.reseed(request.body);
}

void ControlServer::answer(link::StreamId stream, const Outcome<> &outcome)
{
    outcome ? reply(stream, 200, "{}") : reply(stream, 400, errorBody(outcome.error()));
}

void ControlServer::reply(link::StreamId stream, int status, const std::string &body)
{
    auto *session = m_link.session();
    if (!session)
        return;
    session->answer(stream, status, {{"content-type", "application/json"}});
    if (session->write(stream, body) < body.size())
        return session->reset(stream);
    session->finish(stream);
}

void ControlServer::forget(link::StreamId stream)
{
    m_requests.erase(stream);
    m_listeners.erase(stream);
    if (auto command = m_commands.extract(stream); !command.empty())
        keepParked(std::move(command.mapped()));
}

void ControlServer::tell(const std::string &event)
{
    auto *session = m_link.session();
    const std::string line = event + "\n";
    for (const auto stream : m_listeners)
        if (session && session->queued(stream) + line.size() < link::Limits().sendBuffer)
            (void)session->write(stream, line);
}

} // namespace core::guest
