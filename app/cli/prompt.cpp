#include "app/cli/prompt.h"

#include "app/cli/console.h"

#include <cerrno>
#include <termios.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

QByteArray readLine()
{
    QByteArray line;
    char c = 0;
    while (line.size() < 4096) {
        const ssize_t count = read(STDIN_FILENO, &c, 1);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0 || c == '\n')
            break;
        line += c;
    }
    return line;
}

/// No echo for as long as it lives; the line discipline keeps Ctrl-C and editing.
class Hidden
{
public:
    Hidden()
    {
        tcgetattr(STDIN_FILENO, &m_before);
        termios quiet = m_before;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet.c_lflag |= ECHONL;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    ~Hidden() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before); }
    Hidden(const Hidden &) = delete;
    Hidden &operator=(const Hidden &) = delete;

private:
    termios m_before{};
};

} // namespace

bool confirmed(const QString &question)
{
    writeAll(STDERR_FILENO, question.toUtf8() + " [y/N] ");
    const QByteArray answer = readLine().trimmed().toLower();
    return answer == "y" || answer == "yes";
}

core::Result<QByteArray> readHidden(const QString &prompt)
{
    writeAll(STDERR_FILENO, prompt.toUtf8() + ": ");
    const Hidden hidden;
    return readLine();
}

QByteArray readInput(qsizetype limit)
{
    QByteArray input;
    char bytes[4096];
    while (input.size() <= limit) {
        const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        input.append(bytes, count);
    }
    return input;
}

} // namespace cli
