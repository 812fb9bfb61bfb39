#include "app/cli/raw_terminal.h"

#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace cli {

namespace {

termios before{};
bool raw = false;
bool otherScreen = false;

void restore()
{
    if (!raw)
        return;
    raw = false;
    constexpr std::string_view back = "\033[?1049l";
    constexpr std::string_view sane = "\033[?1000l\033[?1002l\033[?1003l\033[?1006l"
                                      "\033[?1004l\033[?2004l\033[?1l\033>\033[?25h\033[0m\r";
    [[maybe_unused]] ssize_t written = 0;
    if (otherScreen)
        written = write(STDOUT_FILENO, back.data(), back.size());
    written = write(STDOUT_FILENO, sane.data(), sane.size());
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

} // namespace

TerminalSize terminalSize()
{
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return {};
    return {.columns = size.ws_col, .rows = size.ws_row};
}

bool hasTerminal()
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

RawTerminal::RawTerminal()
{
    static const int atExit = std::atexit(restore);
    if (atExit != 0 || tcgetattr(STDIN_FILENO, &before) != 0)
        return;
    termios wanted = before;
    cfmakeraw(&wanted);
    raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &wanted) == 0;
}

RawTerminal::~RawTerminal()
{
    restore();
}

void RawTerminal::note(const QByteArray &shown)
{
    m_tail += shown;
    const qsizetype entered = m_tail.lastIndexOf("[?1049h");
    const qsizetype left = m_tail.lastIndexOf("[?1049l");
    if (entered >= 0 || left >= 0)
        otherScreen = entered > left;
    m_tail = m_tail.right(6);
}

} // namespace cli
