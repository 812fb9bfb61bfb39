#include "core/warden/suspend_image.h"

#include "core/config/write_file.h"
#include "core/paths.h"
#include "core/sandbox/disk_layers.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int schema = 1;
constexpr qint64 maxTerminalsBytes = 512 << 20; // 64 terminals of 4 MiB, as text

QJsonObject readObject(const QString &path, qint64 limit)
{
    QFile file(path);
    if (!file.open(QFile::ReadOnly) || file.size() > limit)
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

std::unexpected<Error> failure(const QString &detail)
{
    return std::unexpected(Error{Error::Kind::Failed, detail});
}

/// What tells these disks from themselves after anything has been written to them.
QJsonObject disksIn(const QString &directory)
{
    QJsonObject disks;
    const DiskLayers layers(directory);
    const int layer = layers.chain().value_or(QList<int>{0}).first(); // the others never change
    const auto files =
        QDir(layers.directory(layer)).entryInfoList({u"*.qcow2"_s}, QDir::Files, QDir::Name);
    for (const auto &file : files)
        disks[layer == 0 ? file.fileName() : u"%1/%2"_s.arg(layer).arg(file.fileName())] =
            u"%1 %2"_s.arg(file.size()).arg(file.lastModified().toMSecsSinceEpoch());
    return disks;
}

} // namespace

SuspendImage::SuspendImage(QString sandboxDirectory)
    : m_directory(std::move(sandboxDirectory))
{
}

/// Its kernel and guest agent are in its RAM.
QJsonObject SuspendImage::demands(vmm::TemplateIdentity identity)
{
    identity.initrd.clear();
    auto json = vmm::toJson(identity);
    json.remove("diskGiB"_L1); // they may grow afterwards
    return json;
}

bool SuspendImage::isThere(const QString &sandboxDirectory)
{
    return QFile::exists(sandboxDirectory + u"/suspended/manifest.json"_s);
}

QString SuspendImage::place() const
{
    return m_directory + u"/suspended"_s;
}

QString SuspendImage::taken() const
{
    return m_directory + u"/suspended.taken"_s;
}

QString SuspendImage::unfinished() const
{
    return m_directory + u"/suspended.unfinished"_s;
}

Result<QString> SuspendImage::begin() const
{
    discard();
    if (!makePrivateDirectory(unfinished()))
        return failure(u"cannot create "_s + unfinished());
    return unfinished() + u"/state"_s;
}

Result<> SuspendImage::keep(
    const vmm::TemplateIdentity &identity, const QJsonObject &terminals) const
{
    QFile state(unfinished() + u"/state"_s);
    if (!state.open(QFile::ReadOnly) || ::fsync(state.handle()) != 0)
        return failure(state.fileName() + u" is not on the disk"_s);
    return describe(demands(identity), terminals);
}

Result<> SuspendImage::link(const ForkedMachine &machine) const
{
    const auto state = begin();
    if (!state)
        return std::unexpected(state.error());
    const auto ram = unfinished() + u"/ram"_s;
    for (const auto &[from, to] : {std::pair(machine.state, *state), std::pair(machine.ram, ram)})
        if (auto linked = linkFile(from, to); !linked)
            return linked;
    return describe(demands(machine.identity), machine.terminals);
}

Result<> SuspendImage::link(
    const QString &state, const QJsonObject &machine, const QJsonObject &terminals) const
{
    const auto own = begin();
    if (!own)
        return std::unexpected(own.error());
    if (auto linked = linkFile(state, *own); !linked)
        return linked;
    return describe(machine, terminals);
}

/// What is there becomes an image by its manifest and its name.
Result<> SuspendImage::describe(const QJsonObject &machine, const QJsonObject &terminals) const
{
    const QFile state(unfinished() + u"/state"_s);
    const QJsonObject manifest{{u"schema"_s, schema},
        {u"machine"_s, machine},
        {u"disks"_s, disksIn(m_directory)},
        {u"bytes"_s, state.size()}};
    if (auto written = writeFile(unfinished() + u"/terminals.json"_s,
            QJsonDocument(terminals).toJson(QJsonDocument::Compact));
        !written)
        return written;
    if (auto written =
            writeFile(unfinished() + u"/manifest.json"_s, QJsonDocument(manifest).toJson());
        !written)
        return written;
    return renameForGood(unfinished(), place());
}

Result<> SuspendImage::give(const QString &to) const
{
    if (!ram().isEmpty())
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"it is a fork that has never run; start it once"_s});
    return linkFile(state(), to);
}

QJsonObject SuspendImage::machine() const
{
    auto machine =
        readObject(place() + u"/manifest.json"_s, 1 << 20).value("machine"_L1).toObject();
    machine.remove("diskGiB"_L1); // as former versions wrote it
    return machine;
}

std::optional<bool> SuspendImage::fits(const vmm::TemplateIdentity &identity) const
{
    if (!isThere(m_directory))
        return std::nullopt;
    const auto manifest = readObject(place() + u"/manifest.json"_s, 1 << 20);
    const QFile state(this->state());
    return manifest.value("schema"_L1).toInt() == schema && machine() == demands(identity) &&
           manifest.value("disks"_L1).toObject() == disksIn(m_directory) &&
           manifest.value("bytes"_L1).toInteger() == state.size();
}

QString SuspendImage::state() const
{
    return place() + u"/state"_s;
}

QString SuspendImage::ram() const
{
    const auto path = place() + u"/ram"_s;
    return QFile::exists(path) ? path : QString();
}

Result<> SuspendImage::take() const
{
    QDir(taken()).removeRecursively();
    return renameForGood(place(), taken());
}

QJsonObject SuspendImage::terminals() const
{
    const auto from = isThere(m_directory) ? place() : taken();
    return readObject(from + u"/terminals.json"_s, maxTerminalsBytes);
}

void SuspendImage::discard() const
{
    if (isThere(m_directory))
        if (const auto gone = take(); !gone)
            qWarning("%s", qPrintable(gone.error().detail));
    for (const auto &directory : {place(), taken(), unfinished()})
        QDir(directory).removeRecursively();
}

} // namespace core
