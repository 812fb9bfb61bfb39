#include "app/courier/control_channel.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <format>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace {

using Json = nlohmann::json;

constexpr std::size_t maxLine = 4 << 20;
constexpr std::size_t maxQueued = 16 << 20;
constexpr std::size_t maxListed = 1000; // a line must fit the local API's limit

std::string textOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flagOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

core::sync::GitSetup gitOf(const Json &object)
{
    core::sync::GitSetup git{.head = textOf(object, "head"),
        .detached = flagOf(object, "detached"),
        .bundle = flagOf(object, "bundle"),
        .userName = textOf(object, "userName"),
        .userEmail = textOf(object, "userEmail"),
        .remotes = {}};
    for (const Json &remote : object.value("remotes", Json::array())) {
        if (remote.is_object())
            git.remotes.push_back({.name = textOf(remote, "name"), .url = textOf(remote, "url")});
    }
    return git;
}

std::optional<Order> orderOf(const std::string &type, const std::string &choice)
{
    if (type == "sync")
        return Order::Sync;
    if (type == "pause")
        return Order::Pause;
    if (type == "resume")
        return Order::Resume;
    if (type == "stop")
        return Order::Stop;
    if (type == "answer" && choice == "apply")
        return Order::Apply;
    if (type == "answer" && choice == "discard")
        return Order::Discard;
    return std::nullopt;
}

/// Length of the UTF-8 sequence that `text` begins with; 0 when it is none.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const bool plausible = first >= 0xc2 && first <= 0xf4 && text.size() >= length;
    if (!plausible || !std::ranges::all_of(text.substr(1, length - 1),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }))
        return 0;
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool beyond = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
    return overlong || beyond ? 0 : length;
}

std::optional<core::sync::ReviewRequest> reviewOf(const Json &object, const std::string &type)
{
    using core::sync::ReviewRequest;
    if (type != "review" && type != "accept")
        return std::nullopt;
    const auto id = object.find("id");
    ReviewRequest request{
        .id = id != object.end() && id->is_number_unsigned() ? id->get<std::uint64_t>() : 0,
        .kind = type == "accept" ? ReviewRequest::Kind::Accept : ReviewRequest::Kind::Look,
        .contents = flagOf(object, "contents") ? ReviewRequest::Contents::Stage
                                               : ReviewRequest::Contents::Leave,
        .conflicts = flagOf(object, "skipConflicts") ? ReviewRequest::Conflicts::Skip
                                                     : ReviewRequest::Conflicts::Refuse};
    for (const Json &path : object.value("paths", Json::array())) {
        if (path.is_string())
            request.paths.push_back(path.get<std::string>());
    }
    return request;
}

} // namespace

void appendMessage(std::string &output, const Json &message)
{
    output += message.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string printable(std::string_view bytes)
{
    std::string text;
    while (!bytes.empty()) {
        const std::size_t length = sequenceLength(bytes);
        if (length > 0)
            text += bytes.substr(0, length);
        else
            text += std::format("\\x{:02X}", static_cast<unsigned char>(bytes[0]));
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

std::optional<Request> parseRequest(std::string_view line)
{
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object())
        return std::nullopt;
    const std::string type = textOf(object, "type");
    if (type != "configure") {
        if (const auto order = orderOf(type, textOf(object, "choice")))
            return *order;
        if (auto review = reviewOf(object, type))
            return *std::move(review);
        return std::nullopt;
    }
    Configure configure{.workspace = textOf(object, "workspace"),
        .allowSecretFiles = flagOf(object, "allowSecretFiles"),
        .recovery = flagOf(object, "recovery"),
        .restored = flagOf(object, "restored"),
        .versionsDirectory = flagOf(object, "versionsDirectory"),
        .review = flagOf(object, "review"),
        .git = std::nullopt};
    if (const auto git = object.find("git"); git != object.end() && git->is_object())
        configure.git = gitOf(*git);
    return configure;
}

std::vector<Request> ControlChannel::read()
{
    std::string buffer(64 << 10, '\0');
    const auto got = ::read(m_descriptor, buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return {};
    m_closed = got <= 0 || m_input.size() > maxLine;
    if (m_closed)
        return {};
    m_input.append(buffer, 0, static_cast<std::size_t>(got));
    std::vector<Request> requests;
    for (auto end = m_input.find('\n'); end != std::string::npos; end = m_input.find('\n')) {
        if (auto request = parseRequest(std::string_view(m_input).substr(0, end)))
            requests.push_back(std::move(*request));
        m_input.erase(0, end + 1);
    }
    return requests;
}

void ControlChannel::write()
{
    const auto written = ::write(m_descriptor, m_output.data(), m_output.size());
    if (written > 0)
        m_output.erase(0, static_cast<std::size_t>(written));
    const bool broken = written < 0 && errno != EAGAIN && errno != EINTR;
    m_closed = m_closed || broken || m_output.size() > maxQueued;
}

void ControlChannel::ready(const std::string &confinement)
{
    appendMessage(m_output, {{"type", "ready"}, {"confinement", confinement}});
}

void ControlChannel::plain(std::string_view type)
{
    appendMessage(m_output, {{"type", type}});
}

void ControlChannel::status(const core::sync::Status &status)
{
    appendMessage(m_output,
        {{"type", "status"},
            {"state", core::sync::nameOf(status.state)},
            {"files", status.files},
            {"doneFiles", status.doneFiles},
            {"totalFiles", status.totalFiles},
            {"doneBytes", status.doneBytes},
            {"totalBytes", status.totalBytes},
            {"conflicts", status.conflicts},
            {"problems", status.problems},
            {"lastSync", status.lastSyncMs},
            {"epoch", status.epoch},
            {"reason", printable(status.reason)}});
}

void ControlChannel::conflicts(const std::vector<core::sync::ListedConflict> &items)
{
    Json list = Json::array();
    for (std::size_t i = 0; i < std::min(items.size(), maxListed); ++i)
        list.push_back({{"path", printable(items[i].path)},
            {"host", items[i].host},
            {"guest", items[i].guest},
            {"since", items[i].sinceMs}});
    appendMessage(m_output, {{"type", "conflicts"}, {"items", list}});
}

void ControlChannel::problems(const std::vector<core::sync::ListedProblem> &items)
{
    Json list = Json::array();
    for (std::size_t i = 0; i < std::min(items.size(), maxListed); ++i)
        list.push_back(
            {{"path", printable(items[i].path)}, {"reason", printable(items[i].reason)}});
    appendMessage(m_output, {{"type", "problems"}, {"items", list}});
}

void ControlChannel::question(const core::sync::Question *question)
{
    Json asked;
    if (question != nullptr) {
        Json paths = Json::array();
        for (const std::string &path : question->paths)
            paths.push_back(printable(path));
        asked = {{"kind", "massChange"}, {"summary", question->summary}, {"paths", paths}};
    }
    appendMessage(m_output, {{"type", "question"}, {"question", asked}});
}

void ControlChannel::excluded(const std::vector<std::string> &paths)
{
    Json list = Json::array();
    for (const std::string &path : paths)
        list.push_back(printable(path));
    appendMessage(m_output, {{"type", "excluded"}, {"paths", list}});
}
