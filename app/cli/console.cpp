#include "app/cli/console.h"

#include "core/client/explain.h"

#include <QJsonDocument>

#include <cerrno>
#include <poll.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

QJsonObject withSchema(QJsonObject object)
{
    object.insert("schema"_L1, 1);
    return object;
}

} // namespace

void print(const QString &line)
{
    writeAll(STDOUT_FILENO, line.toUtf8() + '\n');
}

void printJson(QJsonObject object)
{
    writeAll(STDOUT_FILENO, QJsonDocument(withSchema(std::move(object))).toJson());
}

void printJsonLine(QJsonObject object)
{
    writeAll(STDOUT_FILENO,
        QJsonDocument(withSchema(std::move(object))).toJson(QJsonDocument::Compact) + '\n');
}

void say(const QString &line)
{
    writeAll(STDERR_FILENO, "paddock: " + line.toUtf8() + '\n');
}

int fail(const core::Error &error)
{
    const core::Explanation words = core::explain(error.kind);
    say(error.detail.isEmpty() ? words.title : words.title + u": "_s + printable(error.detail));
    if (!words.why.isEmpty())
        writeAll(STDERR_FILENO, "  " + words.why.toUtf8() + '\n');
    writeAll(STDERR_FILENO, "  " + words.nextStep.toUtf8() + '\n');
    return core::exitCode(error.kind);
}

bool writeAll(int descriptor, const QByteArray &bytes)
{
    qsizetype at = 0;
    while (at < bytes.size()) {
        const ssize_t count =
            write(descriptor, bytes.constData() + at, static_cast<size_t>(bytes.size() - at));
        if (count > 0) {
            at += count;
        } else if (errno == EAGAIN) {
            // Somebody made the shared terminal non-blocking.
            pollfd full{.fd = descriptor, .events = POLLOUT, .revents = 0};
            poll(&full, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

} // namespace cli
