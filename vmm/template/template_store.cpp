#include "vmm/template/template_store.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSaveFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

constexpr int schema = 1;
constexpr qint64 largestState = 64 << 20; // measured: 0.4 MB

QString manifestOf(const QString &directory)
{
    return directory + u"/manifest.json"_s;
}

/// Its time of change is that of the last fork.
QString useOf(const QString &directory)
{
    return directory + u"/used"_s;
}

std::unexpected<Error> error(Error::Kind kind, const QString &detail)
{
    return std::unexpected(Error{.kind = kind, .detail = detail});
}

/// What tells that a file is the one that was noted, without reading gigabytes.
QJsonObject stampOf(const QString &path)
{
    struct stat info = {};
    if (::stat(QFile::encodeName(path).constData(), &info) != 0)
        return {};
    return {{u"bytes"_s, qint64(info.st_size)},
        {u"inode"_s, QString::number(info.st_ino)},
        {u"changed"_s, u"%1.%2"_s.arg(info.st_mtim.tv_sec).arg(info.st_mtim.tv_nsec)}};
}

QString checksumOf(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestState || !hash.addData(&file))
        return {};
    return QString::fromLatin1(hash.result().toHex());
}

QStringList partNames()
{
    return {u"ram"_s, u"state"_s, u"root.qcow2"_s, u"docker.qcow2"_s, u"work.qcow2"_s};
}

bool isMemory(const QString &part)
{
    return part == "ram"_L1 || part == "state"_L1;
}

qint64 bytesOnDisk(const QString &path)
{
    struct stat info = {};
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? qint64(info.st_blocks) * 512
                                                                   : 0;
}

TemplateIdentity identityFrom(const QJsonObject &json)
{
    return {.image = json[u"image"_s].toString(),
        .initrd = json[u"initrd"_s].toString(),
        .qemu = json[u"qemu"_s].toString(),
        .machineType = json[u"machineType"_s].toString(),
        .accelerator = json[u"accelerator"_s].toString(),
        .cpu = json[u"cpu"_s].toString(),
        .cpus = json[u"cpus"_s].toInt(),
        .memoryMiB = json[u"memoryMiB"_s].toInt(),
        .diskGiB = json[u"diskGiB"_s].toInt()};
}

/// The first part that is not what the manifest notes, or nothing.
QString flawOf(const QString &directory, const QJsonObject &parts, bool withMemory)
{
    for (const auto &name : partNames()) {
        auto noted = parts[name].toObject();
        const auto checksum = noted.take(u"sha256"_s).toString();
        const auto path = directory + u'/' + name;
        if (isMemory(name) && !withMemory)
            continue;
        if (noted.isEmpty() || stampOf(path) != noted)
            return name;
        if (name == "state"_L1 && checksumOf(path) != checksum)
            return name;
    }
    return {};
}

void sync(const QString &path)
{
    if (QFile file(path); file.open(QIODevice::ReadOnly))
        ::fsync(file.handle());
}

} // namespace

QString TemplateIdentity::key() const
{
    const auto text = QJsonDocument(toJson(*this)).toJson(QJsonDocument::Compact);
    return QString::fromLatin1(
        QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex().left(16));
}

QJsonObject toJson(const TemplateIdentity &identity)
{
    return {{u"image"_s, identity.image},
        {u"initrd"_s, identity.initrd},
        {u"qemu"_s, identity.qemu},
        {u"machineType"_s, identity.machineType},
        {u"accelerator"_s, identity.accelerator},
        {u"cpu"_s, identity.cpu},
        {u"cpus"_s, identity.cpus},
        {u"memoryMiB"_s, identity.memoryMiB},
        {u"diskGiB"_s, identity.diskGiB}};
}

TemplateStore::TemplateStore(QString directory)
    : m_directory(std::move(directory))
{
}

Result<MachineTemplate> TemplateStore::open(const QString &name) const
{
    static const QRegularExpression form(u"^[0-9a-f]{16}-[0-9a-f]{8}$"_s);
    const auto directory = m_directory + u'/' + name;
    QFile file(manifestOf(directory));
    if (!form.match(name).hasMatch() || !file.open(QIODevice::ReadOnly))
        return error(Error::Kind::ImageMissing, u"there is no template %1"_s.arg(name));
    const auto manifest = QJsonDocument::fromJson(file.read(1 << 20)).object();
    const auto parts = manifest[u"parts"_s].toObject();
    if (manifest[u"schema"_s].toInt() != schema)
        return error(Error::Kind::ImageDamaged, name + u": its manifest cannot be read"_s);
    if (const auto flaw = flawOf(directory, parts, false); !flaw.isEmpty())
        return error(Error::Kind::ImageDamaged, u"%1: %2 is not what was frozen"_s.arg(name, flaw));
    MachineTemplate found{.name = name,
        .key = name.left(16),
        .directory = directory,
        .created = QDateTime::fromMSecsSinceEpoch(manifest[u"createdMs"_s].toInteger()),
        .identity = identityFrom(manifest[u"identity"_s].toObject()),
        .canFork = flawOf(directory, parts, true).isEmpty()};
    for (const auto &part : partNames()) {
        const auto bytes = bytesOnDisk(directory + u'/' + part);
        found.bytes += bytes;
        found.memoryBytes += isMemory(part) ? bytes : 0;
    }
    const QFileInfo use(useOf(directory));
    found.used = use.exists() ? std::max(use.lastModified(), found.created) : found.created;
    return found;
}

TemplateStore::Listing TemplateStore::list() const
{
    return listed(u"*"_s);
}

TemplateStore::Listing TemplateStore::listed(const QString &pattern) const
{
    Listing listing;
    const auto names = QDir(m_directory).entryList({pattern}, QDir::Dirs | QDir::NoDotAndDotDot);
    for (const auto &name : names) {
        if (auto found = open(name))
            listing.templates << *std::move(found);
        else
            listing.damaged << found.error().detail;
    }
    std::ranges::sort(listing.templates, std::greater(), &MachineTemplate::created);
    return listing;
}

Result<MachineTemplate> TemplateStore::find(const TemplateIdentity &identity) const
{
    for (const auto &found : listed(identity.key() + u"-*"_s).templates)
        if (found.canFork && found.identity == identity)
            return found;
    return error(Error::Kind::ImageMissing, u"there is no template of this kind"_s);
}

Result<MachineTemplate> TemplateStore::findForkable(const TemplateIdentity &identity) const
{
    auto best = find(identity);
    if (best)
        return best;
    for (const auto &found : list().templates) {
        auto like = found.identity;
        like.diskGiB = identity.diskGiB;
        const int most = best ? best->identity.diskGiB : 0;
        if (found.canFork && like == identity && found.identity.diskGiB < identity.diskGiB &&
            found.identity.diskGiB > most)
            best = found;
    }
    return best;
}

QString TemplateStore::buildDirectory(const QString &key) const
{
    return m_directory + u"/.building-"_s + key; // hidden from list()
}

Result<MachineTemplate> TemplateStore::keep(const TemplateIdentity &identity) const
{
    const auto from = buildDirectory(identity.key());
    QJsonObject parts;
    for (const auto &name : partNames()) {
        const auto path = from + u'/' + name;
        QFile::setPermissions(path, QFile::ReadOwner);
        sync(path);
        auto stamp = stampOf(path);
        if (stamp.isEmpty())
            return error(Error::Kind::Io, path + u" is missing"_s);
        if (name == "state"_L1)
            stamp[u"sha256"_s] = checksumOf(path);
        parts[name] = stamp;
    }
    QSaveFile manifest(manifestOf(from));
    const QJsonObject content{{u"schema"_s, schema},
        {u"createdMs"_s, QDateTime::currentMSecsSinceEpoch()},
        {u"identity"_s, toJson(identity)},
        {u"parts"_s, parts}};
    if (!manifest.open(QIODevice::WriteOnly) ||
        manifest.write(QJsonDocument(content).toJson()) < 0 || !manifest.commit())
        return error(Error::Kind::Io, manifest.fileName() + u": "_s + manifest.errorString());
    const auto name = u"%1-%2"_s.arg(identity.key())
                          .arg(QRandomGenerator::system()->generate(), 8, 16, QLatin1Char('0'));
    if (!QFile::rename(from, m_directory + u'/' + name))
        return error(Error::Kind::Io, from + u" could not be renamed"_s);
    sync(m_directory);
    return open(name);
}

Result<> TemplateStore::discardMemory(const QString &name) const
{
    const auto found = open(name);
    if (!found)
        return std::unexpected(found.error());
    for (const auto &path : {found->state(), found->ram()})
        if (QFile::exists(path) && !QFile::remove(path))
            return error(Error::Kind::Io, path + u" could not be removed"_s);
    return {};
}

void TemplateStore::markUsed(const QString &name) const
{
    QFile use(useOf(m_directory + u'/' + name));
    if (use.open(QIODevice::WriteOnly | QIODevice::ExistingOnly) ||
        use.open(QIODevice::WriteOnly | QIODevice::NewOnly))
        use.setFileTime(QDateTime::currentDateTime(), QFileDevice::FileModificationTime);
}

Result<bool> TemplateStore::remove(const QString &name, const std::function<bool()> &isNeeded) const
{
    const auto directory = m_directory + u'/' + name;
    if (name.isEmpty() || name.contains(u'/') || !QDir(directory).exists())
        return error(Error::Kind::ImageMissing, u"there is no template %1"_s.arg(name));
    // Out of sight first: it is never seen half removed, and whoever finds it from here on does
    // not, so that what `isNeeded` sees are all.
    const auto trash = m_directory + u"/.removed-"_s + name;
    if (!QFile::rename(directory, trash))
        return error(Error::Kind::Io, directory + u" could not be removed"_s);
    if (isNeeded() && QFile::rename(trash, directory))
        return false;
    if (!QDir(trash).removeRecursively())
        return error(Error::Kind::Io, trash + u" could not be removed"_s);
    return true;
}

} // namespace vmm
