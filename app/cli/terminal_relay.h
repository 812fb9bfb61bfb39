#pragma once

#include "core/client/terminal_session.h"

#include <QFuture>

#include <memory>

namespace cli {

/// The user's terminal joined to a terminal in a sandbox until the program there ends (its exit
/// code), the detach keys are typed (0), or the warden goes away (69). `sandbox` is the name for
/// remarks.
QFuture<int> relayTerminal(std::shared_ptr<core::TerminalSession> session, const QString &sandbox);

} // namespace cli
