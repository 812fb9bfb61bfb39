#pragma once

#include <QByteArray>

namespace cli {

struct TerminalSize
{
    int columns = 80;
    int rows = 24;
};
TerminalSize terminalSize();

/// Whether standard input and standard output are a terminal.
bool hasTerminal();

/// The terminal in raw mode for as long as it lives. Afterwards also what a program in the sandbox
/// may have switched on (other screen, mouse, hidden cursor, bracketed paste) is off, however the
/// program ends short of SIGKILL.
class RawTerminal
{
public:
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal &) = delete;
    RawTerminal &operator=(const RawTerminal &) = delete;

    /// Tells what was shown, so that the other screen is left when a program in the sandbox was on
    /// it.
    void note(const QByteArray &shown);

private:
    QByteArray m_tail; ///< of what was shown: a sequence may be cut in two
};

} // namespace cli
