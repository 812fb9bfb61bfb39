#include "core/config/write_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {

Result<> writeFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    if (!file.open(QFile::WriteOnly) ||
        !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(content) != content.size() || !file.commit())
        return std::unexpected(
            Error{Error::Kind::Failed, u"%1: %2"_s.arg(path, file.errorString())});
    return {};
}

Result<> syncToDisk(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    if (!synced)
        return std::unexpected(Error{Error::Kind::Failed, path + u" is not on the disk"_s});
    return {};
}

Result<> renameForGood(const QString &from, const QString &to)
{
    if (!QDir().rename(from, to))
        return std::unexpected(
            Error{Error::Kind::Failed, u"cannot rename %1 as %2"_s.arg(from, to)});
    return syncToDisk(QFileInfo(to).path());
}

Result<> replaceForGood(const QString &from, const QString &to)
{
    if (std::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0)
        return std::unexpected(
            Error{Error::Kind::Failed, u"cannot rename %1 as %2"_s.arg(from, to)});
    return syncToDisk(QFileInfo(to).path());
}

Result<> linkFile(const QString &from, const QString &to)
{
    if (::link(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0)
        return std::unexpected(Error{Error::Kind::Failed, u"cannot link %1 as %2"_s.arg(from, to)});
    return {};
}

} // namespace core
