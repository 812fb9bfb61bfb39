#include "vmm/image/disk_merge.h"

#include "vmm/image/disk_backing.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

QJsonObject chainOf(const QStringList &files)
{
    QJsonObject node{{u"driver"_s, u"qcow2"_s},
        {u"file"_s, QJsonObject{{u"driver"_s, u"file"_s}, {u"filename"_s, files.first()}}}};
    if (files.size() > 1)
        node[u"backing"_s] = chainOf(files.sliced(1));
    return node;
}

} // namespace

QString chainName(const QStringList &files)
{
    const QJsonDocument chain(chainOf(files));
    return u"json:"_s + QString::fromUtf8(chain.toJson(QJsonDocument::Compact));
}

Result<QList<CommandLine>> mergeCommands(const QString &qemuImg, const MergeRequest &request)
{
    const auto &files = request.files;
    const auto bytes = virtualBytesOf(files.value(0));
    if (files.size() < request.count || request.count < 1 || bytes <= 0)
        return std::unexpected(
            Error{.kind = Error::Kind::Io, .detail = files.value(0) + u" is no disk"_s});
    const auto base =
        files.size() > request.count ? files[request.count] : backingOf(files[request.count - 1]);
    const QStringList convert{u"convert"_s, u"-q"_s, u"-U"_s, u"-O"_s, u"qcow2"_s};
    if (base.isEmpty()) // they are all of the disk
        return QList<CommandLine>{{.program = qemuImg,
            .arguments = convert + QStringList{chainName(files), request.path}}};
    const QStringList over{u"-B"_s, base, u"-F"_s, u"qcow2"_s};
    const auto target = chainName(QStringList{request.path} + files.sliced(request.count));
    const auto create =
        QStringList{u"create"_s, u"-q"_s, u"-u"_s, u"-f"_s, u"qcow2"_s, u"-b"_s, base};
    QList<CommandLine> commands{{.program = qemuImg,
        .arguments =
            create + QStringList{u"-F"_s, u"qcow2"_s, request.path, QString::number(bytes)}}};
    // Told of a base, qemu-img copies what the uppermost file of the source itself holds.
    for (auto from = request.count - 1; from >= 0; --from)
        commands.append({.program = qemuImg,
            .arguments =
                convert + over + QStringList{u"-n"_s, chainName(files.sliced(from)), target}});
    return commands;
}

} // namespace vmm
