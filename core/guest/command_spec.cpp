#include "core/guest/command_spec.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

namespace core::guest {

namespace {

using Json = nlohmann::json;

struct NamedSignal
{
    std::string_view name;
    int number;
};
constexpr std::array signals{NamedSignal{"HUP", SIGHUP},
    NamedSignal{"INT", SIGINT},
    NamedSignal{"QUIT", SIGQUIT},
    NamedSignal{"KILL", SIGKILL},
    NamedSignal{"USR1", SIGUSR1},
    NamedSignal{"USR2", SIGUSR2},
    NamedSignal{"TERM", SIGTERM},
    NamedSignal{"CONT", SIGCONT},
    NamedSignal{"STOP", SIGSTOP},
    NamedSignal{"TSTP", SIGTSTP},
    NamedSignal{"WINCH", SIGWINCH}};

std::unexpected<std::string> wrong(std::string_view what)
{
    return std::unexpected("exec: " + std::string(what));
}

bool isText(const Json &value)
{
    return value.is_string() && !value.get_ref<const std::string &>().contains('\0');
}

Outcome<TerminalSize> parseSize(const Json &value)
{
    const auto in = [&value](const char *key) -> unsigned short {
        const auto found = value.find(key);
        if (found == value.end() || !found->is_number_unsigned())
            return 0;
        const auto number = found->get<std::uint64_t>();
        return number <= 10000 ? static_cast<unsigned short>(number) : 0;
    };
    if (!value.is_object() || in("columns") == 0 || in("rows") == 0)
        return wrong("a terminal's size is {columns, rows}, each 1 to 10000");
    return TerminalSize{.columns = in("columns"), .rows = in("rows")};
}

Outcome<> readArguments(const Json &value, CommandSpec &spec)
{
    if (!value.is_array() || value.empty() || !std::ranges::all_of(value, isText))
        return wrong("argv must be a list of texts, not empty");
    for (const Json &argument : value)
        spec.argv.push_back(argument.get<std::string>());
    if (spec.argv.front().empty())
        return wrong("the command's name is empty");
    return {};
}

Outcome<> readEnvironment(const Json &value, CommandSpec &spec)
{
    if (!value.is_object())
        return wrong("env must be an object");
    for (const auto &[name, text] : value.items()) {
        if (!isText(text) || name.empty() ||
            name.find_first_of(std::string_view("=\0", 2)) != name.npos)
            return wrong("env has a bad name or value");
        spec.environment[name] = text.get<std::string>();
    }
    return {};
}

Outcome<> readText(const Json &object, const char *key, std::string &into)
{
    const auto found = object.find(key);
    if (found == object.end() || found->is_null())
        return {};
    if (!isText(*found))
        return wrong(std::string(key) + " must be a text");
    into = found->get<std::string>();
    return {};
}

Outcome<CommandRequest> parseSpec(const Json &value)
{
    if (!value.is_object() || !value.contains("argv"))
        return wrong("spec needs argv");
    CommandSpec spec;
    auto outcome = readArguments(value["argv"], spec);
    if (outcome && value.contains("env") && !value["env"].is_null())
        outcome = readEnvironment(value["env"], spec);
    if (outcome)
        outcome = readText(value, "cwd", spec.directory);
    if (outcome)
        outcome = readText(value, "user", spec.user);
    if (outcome)
        outcome = readText(value, "keep", spec.keep);
    if (!outcome)
        return std::unexpected(outcome.error());
    if (!spec.directory.empty() && !spec.directory.starts_with('/'))
        return wrong("cwd must be an absolute path");
    if (value.contains("terminal") && !value["terminal"].is_null()) {
        const auto size = parseSize(value["terminal"]);
        if (!size)
            return std::unexpected(size.error());
        spec.terminal = *size;
    }
    return spec;
}

Outcome<CommandRequest> parseSignal(const Json &value)
{
    const std::string name = isText(value) ? value.get<std::string>() : std::string();
    const std::string_view bare = std::string_view(name).substr(name.starts_with("SIG") ? 3 : 0);
    const auto found = std::ranges::find(signals, bare, &NamedSignal::name);
    if (found == signals.end())
        return wrong("unknown signal " + name);
    return Signal{found->number};
}

std::string toText(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

Outcome<CommandRequest> parseCommandRequest(std::string_view json)
{
    const Json value = Json::parse(json, nullptr, false);
    if (!value.is_object() || value.size() != 1)
        return wrong("a control frame is an object with one member");
    const std::string &key = value.begin().key();
    const Json &content = value.begin().value();
    if (key == "spec")
        return parseSpec(content);
    if (key == "resize")
        return parseSize(content).transform([](TerminalSize size) { return CommandRequest(size); });
    if (key == "signal")
        return parseSignal(content);
    if (key == "eof" && content == true)
        return EndOfInput{};
    if (key == "park" && isText(content))
        return Park{content.get<std::string>()};
    return wrong("unknown control frame " + key);
}

std::string startedMessage(pid_t child)
{
    return toText({{"started", {{"pid", child}}}});
}

std::string parkedMessage()
{
    return toText({{"parked", Json::object()}});
}

std::string failedMessage(std::string_view reason)
{
    return toText({{"failed", reason}});
}

std::string exitMessage(int waitStatus)
{
    if (WIFSIGNALED(waitStatus))
        return toText({{"exit", {{"signal", WTERMSIG(waitStatus)}}}});
    return toText({{"exit", {{"code", WEXITSTATUS(waitStatus)}}}});
}

} // namespace core::guest
