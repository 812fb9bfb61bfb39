#include "core/warden/layer_fold.h"

#include "core/config/write_file.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"
#include "core/warden/run_program.h"
#include "core/warden/snapshot_store.h"
#include "vmm/image/disk_backing.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype longest = 8;
constexpr int patienceMs = 10 * 60'000;

/// All that lie directly over a layer.
QSet<int> above(int layer, const QList<QList<int>> &chains)
{
    QSet<int> layers;
    for (const auto &chain : chains)
        if (const auto at = chain.indexOf(layer); at > 0)
            layers.insert(chain[at - 1]);
    return layers;
}

/// One disk after the other: first the data, and then the header, of `fold.into`.
Future<> moveUp(QObject *context,
    const QString &qemuImg,
    const DiskLayers &layers,
    const LayerFold &fold,
    QStringList disks)
{
    if (disks.isEmpty())
        return ready(Result<>());
    const auto disk = disks.takeFirst();
    const auto base = fold.below >= 0 ? layers.file(fold.below, disk)
                                      : vmm::backingOf(layers.file(fold.layer, disk));
    QStringList argv{qemuImg, u"rebase"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, u"-b"_s, base};
    if (!base.isEmpty())
        argv << u"-F"_s << u"qcow2"_s;
    argv << layers.file(fold.into, disk);
    return steps(context, runProgram(context, {.argv = argv, .patienceMs = patienceMs}))
        .then([=](const ProgramOutput &run) {
            if (run.exitCode != 0)
                return ready(Result<>(std::unexpected(
                    Error{Error::Kind::Failed, QString::fromLocal8Bit(run.error).trimmed()})));
            if (auto synced = syncToDisk(layers.file(fold.into, disk)); !synced)
                return ready(synced);
            return moveUp(context, qemuImg, layers, fold, disks);
        })
        .finally([](const Result<> &) {});
}

/// The lists one by one: what they tell is the same with the layer and without it.
Result<> forget(const QString &directory, int layer)
{
    const SnapshotStore store(directory);
    if (auto done = store.dropLayer(layer); !done)
        return done;
    const DiskLayers layers(directory);
    auto chain = layers.chain();
    if (!chain)
        return std::unexpected(chain.error());
    chain->removeAll(layer);
    if (auto prepared = layers.prepare(*chain); !prepared)
        return prepared;
    return layers.commit().transform([&] { store.sweep(); });
}

} // namespace

std::optional<LayerFold> nextFold(
    const QList<int> &present, const QList<QList<int>> &others, qsizetype most)
{
    if (present.size() <= most)
        return std::nullopt;
    QSet<int> moments{present.first()};
    for (const auto &chain : others)
        moments.insert(chain.first());
    const auto chains = others + QList<QList<int>>{present};
    for (auto i = present.size() - 1; i > 0; --i)
        if (!moments.contains(present[i]) && above(present[i], chains).size() == 1)
            return LayerFold{.layer = present[i],
                .into = present[i - 1],
                .below = i + 1 < present.size() ? present[i + 1] : -1};
    return std::nullopt;
}

Future<> foldLayers(QObject *context, const QString &qemuImg, const QString &sandboxDirectory)
{
    const DiskLayers layers(sandboxDirectory);
    const auto present = layers.chain();
    if (!present)
        return ready(Result<>(std::unexpected(present.error())));
    const auto others = SnapshotStore(sandboxDirectory).chains();
    const auto fold = others ? nextFold(*present, *others, longest) : std::nullopt;
    if (!fold)
        return ready(Result<>());
    return steps(context, moveUp(context, qemuImg, layers, *fold, diskNames()))
        .then([=] { return ready(forget(sandboxDirectory, fold->layer)); })
        .then([=] { return foldLayers(context, qemuImg, sandboxDirectory); })
        .finally([](const Result<> &) {});
}

} // namespace core
