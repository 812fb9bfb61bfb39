#include "core/warden/layer_merge.h"

#include "core/config/write_file.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"
#include "core/warden/run_program.h"
#include "core/warden/snapshot_store.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_merge.h"

#include <QFileInfo>
#include <QPromise>
#include <QThreadPool>

#include <memory>

using namespace Qt::StringLiterals;

namespace core {
namespace {

/// Waits for the disk, so that nothing else has to wait for it.
Future<> syncElsewhere(const QStringList &paths)
{
    auto promise = std::make_shared<QPromise<Result<>>>(); // shared with the thread
    promise->start();
    QThreadPool::globalInstance()->start([promise, paths] {
        Result<> synced;
        for (const auto &path : paths)
            if (synced)
                synced = syncToDisk(path);
        promise->addResult(synced);
        promise->finish();
    });
    return promise->future();
}

} // namespace

Future<> mergeLayers(QObject *context, const MergeSetup &setup, const LayerFold &fold)
{
    const DiskLayers layers(setup.sandboxDirectory);
    const auto chain = layers.chain();
    if (!chain)
        return ready(Result<>(std::unexpected(chain.error())));
    if (const auto begun = layers.beginMerged(); !begun)
        return ready(begun);
    const auto from = chain->sliced(std::max(chain->indexOf(fold.into), qsizetype(0)));
    QList<QStringList> commands;
    QStringList made;
    for (const auto &disk : diskNames()) {
        made << layers.merged(disk);
        const auto some = fromVmm(vmm::mergeCommands(
            setup.program.last(), {.files = layers.files(from, disk), .path = made.last()}));
        if (!some)
            return ready(Result<>(std::unexpected(some.error())));
        for (const auto &command : *some)
            commands << setup.program + command.arguments;
    }
    made << QFileInfo(made.first()).path();
    return steps(context, runAll(context, commands, setup.patienceMs))
        .then([made] { return syncElsewhere(made); })
        .finally([](const Result<> &) {});
}

Result<> adoptMerged(const QString &sandboxDirectory, const LayerFold &fold)
{
    const DiskLayers layers(sandboxDirectory);
    const auto chain = layers.chain();
    if (!chain)
        return std::unexpected(chain.error());
    const auto merged = layers.adoptMerged();
    if (!merged)
        return std::unexpected(merged.error());
    const SnapshotStore store(sandboxDirectory);
    if (auto replaced = store.replaceLayers(fold.into, fold.layer, *merged); !replaced)
        return replaced;
    const auto wanted = withMerged(*chain, fold.into, fold.layer, *merged);
    return layers.prepare(wanted).and_then([&] { return layers.commit(); });
}

} // namespace core
