#include "core/warden/log_file.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

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

void boundLog(const QString &path, qint64 maxBytes, int kept)
{
    if (QFileInfo(path).size() <= maxBytes)
        return;
    shiftLogs(path, kept);
    QFile::rename(path, numbered(path, 1));
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
