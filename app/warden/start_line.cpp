#include "app/warden/start_line.h"

#include "core/client/error_kind.h"

#include <QDeadlineTimer>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

constexpr int patienceMs = 5000;
constexpr qsizetype maxLine = 1 << 20;

void replaceByNull(int descriptor)
{
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(null, descriptor);
    ::close(null);
}

/// Until a newline, the end of the file, the limit or the deadline.
QByteArray readLine(int descriptor)
{
    QByteArray line;
    QDeadlineTimer deadline(patienceMs);
    while (!line.contains('\n') && line.size() < maxLine) {
        pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, int(deadline.remainingTime())) <= 0)
            break;
        char bytes[4096];
        const auto count = ::read(descriptor, bytes, sizeof bytes);
        if (count > 0)
            line.append(bytes, count);
        ::explicit_bzero(bytes, sizeof bytes);
        if (count <= 0)
            break;
    }
    return line;
}

void report(const QJsonObject &message)
{
    const auto line = QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n';
    // A client that has gone meanwhile does not matter.
    [[maybe_unused]] const auto written =
        ::write(STDOUT_FILENO, line.constData(), std::size_t(line.size()));
    replaceByNull(STDOUT_FILENO);
}

} // namespace

QHash<QString, QByteArray> readSecrets()
{
    QHash<QString, QByteArray> secrets;
    if (!::isatty(STDIN_FILENO)) {
        auto line = readLine(STDIN_FILENO);
        const auto values = QJsonDocument::fromJson(line).object().value("secrets"_L1).toObject();
        for (auto it = values.begin(); it != values.end(); ++it)
            secrets.insert(it.key(), it.value().toString().toUtf8());
        ::explicit_bzero(line.data(), std::size_t(line.size()));
    }
    replaceByNull(STDIN_FILENO);
    return secrets;
}

void reportReady(const QString &socket)
{
    report({{u"ready"_s, true}, {u"socket"_s, socket}});
}

void reportError(const core::Error &error)
{
    report({{u"error"_s,
        QJsonObject{{u"kind"_s, core::errorKindName(error.kind)}, {u"detail"_s, error.detail}}}});
}
