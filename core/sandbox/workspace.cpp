#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace core {
namespace {

// Directories of the guest: a workspace on one of these, or around one, would hide it.
constexpr std::array<QStringView, 25> guestDirectories{u"/bin",
    u"/boot",
    u"/dev",
    u"/etc",
    u"/home/agent",
    u"/lib",
    u"/lib32",
    u"/lib64",
    u"/libx32",
    u"/media",
    u"/mnt",
    u"/opt",
    u"/proc",
    u"/root",
    u"/run",
    u"/sbin",
    u"/srv",
    u"/sys",
    u"/tmp",
    u"/usr",
    u"/var",
    u"/var/lib",
    u"/var/tmp",
    u"/usr/src",
    u"/usr/local/src"};
// Of these, what lies below is the guest's too.
constexpr std::array<QStringView, 19> guestTrees{u"/bin",
    u"/boot",
    u"/dev",
    u"/etc",
    u"/lib",
    u"/lib32",
    u"/lib64",
    u"/libx32",
    u"/proc",
    u"/run",
    u"/sbin",
    u"/sys",
    u"/usr",
    u"/var/cache",
    u"/var/lib",
    u"/var/lock",
    u"/var/log",
    u"/var/run",
    u"/var/spool"};
// Except here, where people do keep projects and the guest has nothing.
constexpr std::array<QStringView, 3> freeTrees{u"/run/media", u"/usr/src", u"/usr/local/src"};

bool isBelow(QStringView path, QStringView directory)
{
    return path.size() > directory.size() && path.startsWith(directory) &&
           (directory.endsWith(u'/') || path[directory.size()] == u'/');
}

bool isSameOrBelow(QStringView path, QStringView directory)
{
    return path == directory || isBelow(path, directory);
}

bool hidesGuestDirectory(QStringView path)
{
    if (std::ranges::any_of(guestDirectories, [&](auto d) { return isSameOrBelow(d, path); }))
        return true;
    if (std::ranges::any_of(freeTrees, [&](auto d) { return isBelow(path, d); }))
        return false;
    // The agent's settings: /home/agent/.claude and its like.
    return path.startsWith(u"/home/agent/.") ||
           std::ranges::any_of(guestTrees, [&](auto d) { return isBelow(path, d); });
}

/// Why the folder cannot be a workspace, or empty.
QString refusal(const QFileInfo &folder, const Paths &paths)
{
    if (!folder.exists())
        return u"the folder does not exist"_s;
    if (!folder.isDir())
        return u"this is a file, not a folder"_s;
    if (!folder.isReadable() || !folder.isExecutable())
        return u"the folder cannot be read"_s;
    const auto path = folder.canonicalFilePath();
    if (path == u"/"_s)
        return u"the whole file system cannot be a workspace"_s;
    if (path == QFileInfo(QDir::homePath()).canonicalFilePath())
        return u"the home directory itself cannot be a workspace; choose a folder in it"_s;
    for (const auto &own : {paths.config, paths.data, paths.runtime, paths.cache}) {
        const auto canonical = QFileInfo(own).canonicalFilePath();
        const auto place = canonical.isEmpty() ? own : canonical;
        if (isSameOrBelow(path, place) || isBelow(place, path))
            return u"Paddock keeps its own data in %1"_s.arg(place);
    }
    if (std::ranges::any_of(path, [](QChar c) { return c < u' ' || c == QChar(0x7f); }))
        return u"its path holds a control character"_s;
    if (hidesGuestDirectory(path))
        return u"inside the sandbox it would hide a directory of the system"_s;
    return {};
}

} // namespace

Result<QString> checkedWorkspace(const QString &folder, const Paths &paths)
{
    const QFileInfo info(QDir::current().absoluteFilePath(folder));
    if (const auto reason = refusal(info, paths); folder.isEmpty() || !reason.isEmpty()) {
        return std::unexpected(Error{
            .kind = Error::Kind::FolderRefused,
            .detail = u"%1: %2"_s.arg(folder.isEmpty() ? u"\"\""_s : info.absoluteFilePath(),
                folder.isEmpty() ? u"no folder is given"_s : reason),
        });
    }
    return info.canonicalFilePath();
}

} // namespace core
