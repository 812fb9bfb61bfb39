#include "core/warden/log_file.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qint64 maxRead = 1 << 20;

QString numbered(const QString &path, int number)
{
    return u"%1.%2"_s.arg(path).arg(number);
}

} // namespace

void shiftLogs(const QString &path, int kept)
{
    QFile::remove(numbered(path, kept));
    for (int number = kept - 1; number >= 1; --number)
        QFile::rename(numbered(path, number), numbered(path, number + 1));
}

void boundLog(const QString &path, const LogBounds &bounds)
{
    if (QFileInfo(path).size() <= bounds.bytes)
        return;
    shiftLogs(path, bounds.kept);
    QFile::rename(path, numbered(path, 1));
}

void turnOver(int descriptor, const QString &path, const LogBounds &bounds)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat open = {};
    struct stat named = {};
    if (::fstat(descriptor, &open) != 0 || open.st_size <= bounds.bytes ||
        ::stat(name.constData(), &named) != 0 || open.st_ino != named.st_ino ||
        open.st_dev != named.st_dev)
        return;
    boundLog(path, bounds);
    const int fresh =
        ::open(name.constData(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fresh < 0)
        return;
    ::dup3(fresh, descriptor, descriptor > STDERR_FILENO ? O_CLOEXEC : 0);
    ::close(fresh);
}

void boundOwnLog(const QString &path)
{
    static QString log;
    log = path;
    qInstallMessageHandler(
        [](QtMsgType type, const QMessageLogContext &context, const QString &text) {
            const QByteArray line = qFormatLogMessage(type, context, text).toUtf8() + '\n';
            turnOver(STDERR_FILENO, log);
            [[maybe_unused]] const auto written =
                ::write(STDERR_FILENO, line.constData(), std::size_t(line.size()));
            if (type == QtFatalMsg)
                std::abort();
        });
}

QStringList lastLines(const QString &path, int count)
{
    QFile file(path);
    if (!file.open(QFile::ReadOnly))
        return {};
    file.seek(std::max(file.size() - maxRead, qint64(0)));
    auto lines = QString::fromUtf8(file.read(maxRead)).split(u'\n', Qt::SkipEmptyParts);
    return lines.sliced(std::max(lines.size() - qsizetype(std::max(count, 0)), qsizetype(0)));
}

} // namespace core
