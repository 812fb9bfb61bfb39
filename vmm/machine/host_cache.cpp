#include "vmm/machine/host_cache.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <optional>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

constexpr qint64 maxFileBytes = 64 << 10;

QString bootId()
{
    QFile file(u"/proc/sys/kernel/random/boot_id"_s);
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readLine(64)).trimmed()
                                          : QString();
}

/// The programs as they are found now; they come from PATH, which may lead elsewhere next time.
QString stampOf(const HostPrograms &programs)
{
    QStringList parts{bootId(), qEnvironmentVariable("PATH")};
    for (const auto &asked : {programs.qemu, programs.qemuImg, programs.bubblewrap})
        parts << asked;
    return parts.join(u'\n');
}

QString fileStamp(const QString &path)
{
    if (path.isEmpty())
        return {};
    const QFileInfo info(path);
    return u"%1 %2"_s.arg(info.size()).arg(info.lastModified().toMSecsSinceEpoch());
}

QString fileStamps(const HostCapabilities &host)
{
    return QStringList{fileStamp(host.qemu), fileStamp(host.qemuImg), fileStamp(host.bubblewrap)}
        .join(u'\n');
}

std::optional<HostCapabilities> read(const QString &path, const QString &stamp)
{
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    const auto json = QJsonDocument::fromJson(file.read(maxFileBytes)).object();
    HostCapabilities host{.qemu = json[u"qemu"_s].toString(),
        .qemuVersion = QVersionNumber::fromString(json[u"version"_s].toString()),
        .machineType = json[u"machineType"_s].toString(),
        .accelerators = json[u"accelerators"_s].toVariant().toStringList(),
        .qemuImg = json[u"qemuImg"_s].toString(),
        .bubblewrap = json[u"bubblewrap"_s].toString(),
        .confinementGap = json[u"confinementGap"_s].toString()};
    const bool holds = json[u"schema"_s].toInt() == 1 && json[u"stamp"_s] == stamp &&
                       json[u"files"_s] == fileStamps(host) && host.qemuVersion >= oldestQemu &&
                       !host.machineType.isEmpty() &&
                       // what is missing may have been installed meanwhile
                       !host.qemuImg.isEmpty() && !host.bubblewrap.isEmpty();
    return holds ? std::optional(host) : std::nullopt;
}

void write(const QString &path, const QString &stamp, const HostCapabilities &host)
{
    const QJsonObject json{{u"schema"_s, 1},
        {u"stamp"_s, stamp},
        {u"files"_s, fileStamps(host)},
        {u"qemu"_s, host.qemu},
        {u"version"_s, host.qemuVersion.toString()},
        {u"machineType"_s, host.machineType},
        {u"accelerators"_s, QJsonArray::fromStringList(host.accelerators)},
        {u"qemuImg"_s, host.qemuImg},
        {u"bubblewrap"_s, host.bubblewrap},
        {u"confinementGap"_s, host.confinementGap}};
    QSaveFile file(path);
    // Without the file the next start probes again; nothing else is lost.
    if (!path.isEmpty() && file.open(QIODevice::WriteOnly) &&
        file.write(QJsonDocument(json).toJson()) >= 0)
        file.commit();
}

} // namespace

Future<HostCapabilities> probeHost(const HostPrograms &programs, const QString &cacheFile)
{
    const auto stamp = stampOf(programs);
    if (const auto known = read(cacheFile, stamp))
        return ready(*known);
    return probeHost(programs).then([cacheFile, stamp](const Result<HostCapabilities> &host) {
        if (host)
            write(cacheFile, stamp, *host);
        return host;
    });
}

} // namespace vmm
