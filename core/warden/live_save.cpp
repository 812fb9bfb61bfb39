#include "core/warden/live_save.h"

#include "core/sandbox/disk_layers.h"
#include "core/warden/machine_plan.h"
#include "core/warden/new_layer.h"
#include "core/warden/preflight.h"
#include "core/warden/vmm_error.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace core {

LiveSave::LiveSave(Setup setup, QString state)
    : m_setup(std::move(setup))
    , m_state(std::move(state))
{
}

Future<> LiveSave::run(qsizetype mostLayers)
{
    return steps(this, m_setup.alone ? m_setup.alone() : ready(Result<>()))
        .then([this, mostLayers] { return ready(begin(mostLayers)); })
        .then([this] { return m_setup.flush(); })
        .then([this] { return makeDisks(); })
        .then([this] { return save(); })
        .finally([](const Result<> &) {});
}

Result<> LiveSave::begin(qsizetype mostLayers)
{
    const auto layers = DiskLayers(m_setup.sandboxDirectory).chain();
    if (!layers)
        return std::unexpected(layers.error());
    if (layers->size() >= mostLayers)
        return std::unexpected(Error{Error::Kind::StateConflict,
            u"its disks have %1 layers by now; remove snapshots, so that some are folded, and try again in a while"_s
                .arg(layers->size())});
    m_saved.layers = *layers;
    // As for a suspend: a quarter of an idle machine's memory is in the state.
    const int wanted = m_setup.machine.spec().memory.sizeMiB / 2;
    return checkRoom(readHostRoom(m_setup.sandboxDirectory), {.diskMiB = wanted});
}

Future<> LiveSave::makeDisks()
{
    const auto directory = m_setup.sandboxDirectory;
    return makeLayer(this, m_setup.qemuImg, directory, m_saved.layers)
        .then(this, [this, directory](const Result<int> &layer) -> Result<> {
            if (!layer)
                return std::unexpected(layer.error());
            const DiskLayers layers(directory);
            for (const auto &disk : diskNames())
                m_overlays.append({.disk = disk, .path = layers.file(*layer, disk)});
            return layers.prepare(QList<int>{*layer} + m_saved.layers);
        });
}

Future<> LiveSave::save()
{
    const auto change = [this]() -> vmm::Result<> {
        if (const auto done = moved(); !done)
            return std::unexpected(
                vmm::Error{.kind = vmm::Error::Kind::Io, .detail = done.error().detail});
        return {};
    };
    m_live = std::make_unique<vmm::LiveSnapshot>(m_setup.machine,
        vmm::LiveSnapshot::Request{.state = m_state, .overlays = m_overlays, .moved = change});
    return fromVmm(this, m_live->run()).then(this, [this](const Result<> &saved) {
        m_saved.pauseMs = int(m_live->pause().count());
        m_live.release()->deleteLater(); // it is telling us this
        return saved;
    });
}

/// The machine stands still, and its disks are the new files.
Result<> LiveSave::moved()
{
    m_saved.atMs = QDateTime::currentMSecsSinceEpoch();
    m_saved.terminals = m_setup.terminals.saved();
    m_saved.epoch = m_setup.epoch();
    auto committed = DiskLayers(m_setup.sandboxDirectory).commit();
    if (!committed)
        m_setup.machine.kill(); // what it would write from now on could not be found again
    return committed;
}

} // namespace core
