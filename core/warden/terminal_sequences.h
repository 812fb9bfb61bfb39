#pragma once

#include "core/warden/terminal_filter.h"

namespace core::terminal {

/// Decides on a whole sequence. Each appends to the result what the sequence is worth: itself, an
/// event, a reply, or nothing.

/// Lets bytes through to clients and scrollback.
void pass(const QByteArray &bytes, TerminalFilter::Filtered &result);
/// `sequence` from ESC to its final byte, as `ESC ( B`.
void applyEscape(const QByteArray &sequence, TerminalFilter::Filtered &result);
/// `sequence` from `ESC [` to its final byte.
void applyControlSequence(const QByteArray &sequence, TerminalFilter::Filtered &result);
/// `command` between `ESC ]` and its end.
void applyCommand(const QByteArray &command, TerminalFilter::Filtered &result);

} // namespace core::terminal
