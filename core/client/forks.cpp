#include "core/client/forks.h"

#include "core/client/sandbox_folder.h"
#include "core/warden/machine_plan.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {

namespace {

constexpr int mostForks = 32;
constexpr qsizetype longestStem = 30;

std::unexpected<Error> failure(const QString &detail)
{
    return std::unexpected(Error{Error::Kind::Failed, detail});
}

/// What a fork needs from the directory of its source, beside the machine: the policy; what the
/// agent in it has seen and remembers; and the authority that running programs trust (it gets one
/// of its own when it boots, `ca.inherited`).
Result<> copyOwn(const QString &from, const QString &to)
{
    for (const auto &name : {u"sandbox.policy"_s,
             u"placeholders.json"_s,
             u"agent-files"_s,
             u"seeded"_s,
             u"ca.crt"_s,
             u"ca.key"_s}) {
        const QString path = from + u'/' + name;
        if (QFile::exists(path) && !QFile::copy(path, to + u'/' + name))
            return failure(u"cannot copy "_s + path);
    }
    QFile mark(to + u"/ca.inherited"_s);
    if (!mark.open(QIODevice::WriteOnly))
        return failure(u"cannot write "_s + mark.fileName());
    return {};
}

enum class Disks { Take, Copy };

/// The last fork takes the files themselves.
Result<> giveDisks(const QString &from, const QString &to, Disks how)
{
    for (const auto &disk : diskNames()) {
        const QString source = u"%1/%2.qcow2"_s.arg(from, disk);
        const QString target = u"%1/%2.qcow2"_s.arg(to, disk);
        if (how == Disks::Take ? !QFile::rename(source, target) : !QFile::copy(source, target))
            return failure(u"cannot copy "_s + source);
    }
    return {};
}

Result<> fill(const Paths &paths, const ForkRequest &request, const QString &directory, Disks disks)
{
    const QString from = paths.sandbox(request.source.id.value);
    if (auto copied = copyOwn(from, directory); !copied)
        return copied;
    if (auto given = giveDisks(request.disks, directory, disks); !given)
        return given;
    const QString sync = directory + u"/sync"_s;
    if (!makePrivateDirectory(sync))
        return failure(u"cannot create "_s + sync);
    for (const auto &name : QDir(request.syncDirectory).entryList(QDir::Files)) {
        if (!QFile::copy(request.syncDirectory + u'/' + name, sync + u'/' + name))
            return failure(u"cannot copy "_s + name);
    }
    return SuspendImage(directory).link(request.machine);
}

} // namespace

Result<QStringList> forkNames(const ForkRequest &request, const QStringList &taken)
{
    if (request.count < 1 || request.count > mostForks)
        return std::unexpected(
            Error{Error::Kind::Usage, u"1 to %1 forks can be made at once"_s.arg(mostForks)});
    if (!request.name.isEmpty() && request.count == 1) {
        if (taken.contains(request.name))
            return std::unexpected(Error{Error::Kind::NameTaken, request.name});
        return QStringList{request.name};
    }
    const QString stem =
        request.name.isEmpty() ? request.source.name.left(longestStem) + u"-fork"_s : request.name;
    QStringList names;
    for (int number = 1; names.size() < request.count; ++number) {
        if (const auto name = u"%1-%2"_s.arg(stem).arg(number); !taken.contains(name))
            names << name;
    }
    return names;
}

Result<> keepAncestor(const QString &sandboxDirectory, const QString &directory)
{
    if (!makePrivateDirectory(directory))
        return failure(u"cannot create "_s + directory);
    // The log first: what of it is in a newer checkpoint too is known by its number.
    for (const auto &name : {u"ancestor.log"_s, u"ancestor"_s}) {
        const QString path = u"%1/sync/%2"_s.arg(sandboxDirectory, name);
        if (QFile::exists(path) && !QFile::copy(path, directory + u'/' + name))
            return failure(u"cannot copy "_s + path);
    }
    return {};
}

Result<QList<SandboxId>> makeForks(
    const Paths &paths, const ForkRequest &request, const QStringList &taken)
{
    const auto names = forkNames(request, taken);
    if (!names)
        return std::unexpected(names.error());
    QList<SandboxId> made;
    Result<> written;
    for (qsizetype i = 0; i < names->size() && written; ++i) {
        SandboxSettings settings = request.source;
        do
            settings.id = SandboxId::random();
        while (QDir(paths.sandbox(settings.id.value)).exists());
        settings.name = names->at(i);
        settings.createdMs = QDateTime::currentMSecsSinceEpoch();
        settings.origin = SandboxOrigin{
            .id = request.source.id, .name = request.source.name, .forkedMs = settings.createdMs};
        // Reading back what will be written checks every bound.
        const auto checked = settingsFromJson(toJson(settings));
        if (!checked)
            written = std::unexpected(Error{Error::Kind::Usage, checked.error().detail});
        else
            written = writeSandbox(paths, *checked, {}, [&](const QString &directory) {
                return fill(
                    paths, request, directory, i + 1 == names->size() ? Disks::Take : Disks::Copy);
            });
        if (written)
            made << settings.id;
    }
    if (written)
        return made;
    for (const SandboxId &id : made)
        if (const auto gone = discardSandbox(paths, id))
            QDir(*gone).removeRecursively();
    return std::unexpected(written.error());
}

} // namespace core
