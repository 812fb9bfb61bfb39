#include "core/paths.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {
namespace {

// "/01234567/warden.sock" is the longest socket name below the runtime directory; architecture.md
// allows 90 bytes in all.
constexpr int longestSocketPath = 90;
constexpr int socketNameBytes = 21;

QString shortRuntime(const QString &wanted)
{
    const auto digest = QCryptographicHash::hash(wanted.toUtf8(), QCryptographicHash::Sha256);
    return u"/tmp/paddock-%1/%2"_s.arg(geteuid()).arg(QLatin1StringView(digest.toHex().left(12)));
}

QString runtimeDirectory(const QString &wanted)
{
    if (wanted.isEmpty() || wanted.toUtf8().size() + socketNameBytes > longestSocketPath)
        return shortRuntime(wanted);
    return wanted;
}

QString standardLocation(QStandardPaths::StandardLocation location)
{
    return QStandardPaths::writableLocation(location) + u"/paddock"_s;
}

} // namespace

Paths Paths::fromEnvironment()
{
    const auto home = qEnvironmentVariable("PADDOCK_HOME");
    if (!home.isEmpty()) {
        const auto base = QDir::cleanPath(QDir::current().absoluteFilePath(home));
        return {
            .config = base + u"/config"_s,
            .data = base + u"/data"_s,
            .runtime = runtimeDirectory(base + u"/run"_s),
            .cache = base + u"/cache"_s,
        };
    }
    // Not QStandardPaths::RuntimeLocation: without XDG_RUNTIME_DIR it invents a directory and
    // warns.
    const auto runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return {
        .config = standardLocation(QStandardPaths::GenericConfigLocation),
        .data = standardLocation(QStandardPaths::GenericDataLocation),
        .runtime = runtimeDirectory(runtime.isEmpty() ? QString() : runtime + u"/paddock"_s),
        .cache = standardLocation(QStandardPaths::GenericCacheLocation),
    };
}

bool makePrivateDirectory(const QString &path)
{
    const auto clean = QDir::cleanPath(path);
    const auto parent = QFileInfo(clean).path();
    if (parent != clean && !QFileInfo::exists(parent) && !makePrivateDirectory(parent))
        return false;
    const auto native = clean.toLocal8Bit();
    if (::mkdir(native.constData(), 0700) == 0)
        return true;
    struct stat info = {};
    return ::lstat(native.constData(), &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == geteuid();
}

} // namespace core
