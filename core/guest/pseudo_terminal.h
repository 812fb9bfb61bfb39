#pragma once

#include "core/guest/command_spec.h"
#include "core/guest/descriptor.h"

namespace core::guest {

/// A fresh pair of ends; both close-on-exec, the master non-blocking.
struct PseudoTerminal
{
    Descriptor master;
    Descriptor slave;

    /// The slave belongs to `user`, so that the programs in it may open /dev/tty's device again.
    static Outcome<PseudoTerminal> open(const TerminalSize &size, const User &user);
};

void resize(int terminal, const TerminalSize &size);
/// The process group in the terminal's foreground; 0 when there is none.
pid_t foregroundGroup(int terminal);

} // namespace core::guest
