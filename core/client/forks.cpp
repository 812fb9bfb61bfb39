#include "core/client/forks.h"

#include "core/client/sandbox_folder.h"
#include "core/config/write_file.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

#include <utility>

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

/// All of them build on the files of the moment; each writes to files of its own.
Result<> giveDisks(const QString &from, const QString &to)
{
    const DiskLayers moment(from);
    const DiskLayers own(to);
    const auto chain = moment.chain();
    if (!chain)
        return std::unexpected(chain.error());
    for (const int layer : *chain) {
        if (!makePrivateDirectory(own.directory(layer)))
            return failure(u"cannot create "_s + own.directory(layer));
        for (const auto &disk : diskNames()) {
            const auto source = moment.file(layer, disk);
            const auto target = own.file(layer, disk);
            if (layer != chain->first()) {
                if (auto linked = linkFile(source, target); !linked)
                    return linked;
            } else if (!QFile::copy(source, target)) {
                return failure(u"cannot copy "_s + source);
            }
        }
    }
    auto given = own.prepare(*chain);
    return given ? own.commit() : given;
}

Result<> fill(const Paths &paths, const ForkRequest &request, const QString &directory)
{
    const QString from = paths.sandbox(request.source.id.value);
    if (auto copied = copyOwn(from, directory); !copied)
        return copied;
    if (auto given = giveDisks(request.disks, directory); !given)
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

Result<SandboxId> makeFork(const Paths &paths, const ForkRequest &request, const QString &name)
{
    SandboxSettings settings = request.source;
    do
        settings.id = SandboxId::random();
    while (QDir(paths.sandbox(settings.id.value)).exists());
    settings.name = name;
    settings.createdMs = QDateTime::currentMSecsSinceEpoch();
    settings.origin = SandboxOrigin{
        .id = request.source.id, .name = request.source.name, .forkedMs = settings.createdMs};
    // Reading back what will be written checks every bound.
    const auto checked = settingsFromJson(toJson(settings));
    if (!checked)
        return std::unexpected(Error{Error::Kind::Usage, checked.error().detail});
    return writeSandbox(paths, *checked, {}, [&](const QString &directory) {
        return fill(paths, request, directory);
    }).transform([&] { return settings.id; });
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
    for (const auto &name : *names) {
        const auto fork = makeFork(paths, request, name);
        if (!fork) {
            for (const SandboxId &id : std::as_const(made))
                if (const auto gone = discardSandbox(paths, id))
                    QDir(*gone).removeRecursively();
            return std::unexpected(fork.error());
        }
        made << *fork;
    }
    return made;
}

} // namespace core
