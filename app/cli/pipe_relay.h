#pragma once

#include "core/client/terminal_session.h"

#include <QFuture>

#include <memory>

namespace cli {

enum class Input { Forward, None };

/// Standard input, output and error joined to a command without a terminal, byte for byte; the exit
/// code is the command's. SIGINT and SIGTERM go to the command; a second one ends this program with
/// 130.
QFuture<int> relayPipes(std::shared_ptr<core::TerminalSession> session, Input input);

} // namespace cli
