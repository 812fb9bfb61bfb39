#pragma once

#include "core/guest/outcome.h"
#include "core/guest/spawn.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace core::guest {

struct TerminalSize
{
    unsigned short columns = 80;
    unsigned short rows = 24;
    friend bool operator==(const TerminalSize &, const TerminalSize &) = default;
};

/// What `exec` asks for; see PROTOCOL.md.
struct CommandSpec
{
    std::vector<std::string> argv;
    Environment environment;
    std::string directory; ///< empty: the user's home
    std::string user = "agent";
    std::optional<TerminalSize> terminal;
    std::string keep; ///< with a terminal: it waits under this name when the connection is lost
    friend bool operator==(const CommandSpec &, const CommandSpec &) = default;
};

struct Signal
{
    int number = 0;
    friend bool operator==(const Signal &, const Signal &) = default;
};
struct EndOfInput
{
    friend bool operator==(const EndOfInput &, const EndOfInput &) = default;
};
/// The command is to wait, with all that it writes from now on, until another stream adopts it.
struct Park
{
    std::string name;
    friend bool operator==(const Park &, const Park &) = default;
};
using CommandRequest = std::variant<CommandSpec, TerminalSize, Signal, EndOfInput, Park>;

/// Reads one Control frame. The error says what is wrong with it.
Outcome<CommandRequest> parseCommandRequest(std::string_view json);

std::string startedMessage(pid_t child);
std::string parkedMessage();
std::string failedMessage(std::string_view reason);
std::string exitMessage(int waitStatus);

} // namespace core::guest
