#include "core/guest/pseudo_terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

namespace core::guest {

Outcome<PseudoTerminal> PseudoTerminal::open(const TerminalSize &size, const User &user)
{
    PseudoTerminal pair;
    pair.master = Descriptor(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    int unlocked = 0;
    if (!pair.master.isOpen() || ::ioctl(pair.master.value(), TIOCSPTLCK, &unlocked) != 0)
        return systemError("cannot open a terminal");
    pair.slave =
        Descriptor(::ioctl(pair.master.value(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!pair.slave.isOpen())
        return systemError("cannot open a terminal");
    termios modes{};
    if (::tcgetattr(pair.slave.value(), &modes) == 0) {
        modes.c_iflag |= IUTF8;
        ::tcsetattr(pair.slave.value(), TCSANOW, &modes);
    }
    resize(pair.master.value(), size);
    const auto keepGroup = static_cast<gid_t>(-1);
    if (::fchown(pair.slave.value(), user.uid, keepGroup) != 0 ||
        ::fchmod(pair.slave.value(), 0620) != 0)
        return systemError("cannot give the terminal to " + user.name);
    return pair;
}

void resize(int terminal, const TerminalSize &size)
{
    const winsize window{
        .ws_row = size.rows, .ws_col = size.columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(terminal, TIOCSWINSZ, &window);
}

pid_t foregroundGroup(int terminal)
{
    pid_t group = 0;
    return ::ioctl(terminal, TIOCGPGRP, &group) == 0 ? group : 0;
}

} // namespace core::guest
