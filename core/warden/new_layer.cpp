#include "core/warden/new_layer.h"

#include "core/config/write_file.h"
#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_overlay.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace core {
namespace {

Result<int> syncLayer(const DiskLayers &layers, int layer)
{
    for (const auto &disk : diskNames())
        if (auto synced = syncToDisk(layers.file(layer, disk)); !synced)
            return std::unexpected(synced.error());
    const auto directory = layers.directory(layer);
    for (const auto &path : {directory, QFileInfo(directory).path()})
        if (auto synced = syncToDisk(path); !synced)
            return std::unexpected(synced.error());
    return layer;
}

} // namespace

Future<int> makeLayer(QObject *context,
    const QString &qemuImg,
    const QString &sandboxDirectory,
    const QList<int> &below)
{
    const DiskLayers layers(sandboxDirectory);
    const auto layer = layers.make();
    if (!layer)
        return ready(Result<int>(std::unexpected(layer.error())));
    const QDir own(layers.directory(*layer));
    QList<Future<>> made;
    for (const auto &disk : diskNames()) {
        const auto base = layers.file(below.first(), disk);
        made << fromVmm(context,
            vmm::createOverlay(qemuImg,
                {.path = layers.file(*layer, disk),
                    .basePath = base,
                    .baseName = own.relativeFilePath(base)})); // so that all of it can be copied
    }
    return QtFuture::whenAll(made.begin(), made.end())
        .then(context, [layers, layer = *layer](const QList<Future<>> &all) -> Result<int> {
            for (const auto &one : all)
                if (!one.result())
                    return std::unexpected(one.result().error());
            return syncLayer(layers, layer);
        });
}

} // namespace core
