#include "core/warden/fork_build.h"

#include "core/warden/machine_plan.h"
#include "core/warden/preflight.h"
#include "core/warden/vmm_error.h"
#include "vmm/template/template_store.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace core {

ForkBuild::ForkBuild(ForkBuildRequest request)
    : m_request(std::move(request))
    , m_search({.paths = m_request.paths,
          .imageDirectory = m_request.imageDirectory,
          .guestPart = m_request.guestPart,
          .image = m_request.source.image,
          .fit = GroundworkRequest::Fit::ThisImage,
          .acceptEmulation = m_request.config.acceptEmulation})
    , m_runDirectory(m_request.paths.runtimeOf(m_request.source.id.value) + u"/fork"_s)
{
}

ForkBuild::~ForkBuild()
{
    m_split.reset();
    QDir(m_runDirectory).removeRecursively();
}

Future<vmm::TemplateIdentity> ForkBuild::run()
{
    const auto &source = m_request.source;
    const auto room = readHostRoom(m_request.directory);
    if (const auto enough = checkRoom(room, {.memoryMiB = source.memoryMiB}); !enough)
        return core::ready(Result<vmm::TemplateIdentity>(std::unexpected(enough.error())));
    return steps(this, m_search.run())
        .then([this] { return split(); })
        .then([this] {
            const auto &settings = m_request.source;
            auto identity = templateIdentity(
                m_search.found(), settings.cpus, settings.memoryMiB, settings.diskGiB);
            identity.machineType = settings.machineType;
            return core::ready(Result<vmm::TemplateIdentity>(identity));
        })
        .finally([](const Result<vmm::TemplateIdentity> &) {});
}

/// The machine of that moment: its disks are what was copied then.
Result<vmm::MachineSpec> ForkBuild::machine() const
{
    const auto &found = m_search.found();
    const auto &source = m_request.source;
    MachineParts parts{.sandboxDirectory = m_request.paths.sandbox(source.id.value),
        .initrd = found.initrd,
        .acceleration = found.acceleration.acceleration,
        .cpuModel = found.acceleration.cpuModel,
        .way = LaunchWay::Resume,
        .state = m_request.moment + u"/state"_s};
    if (!source.machineTemplate.isEmpty()) {
        auto below =
            fromVmm(vmm::TemplateStore(m_request.paths.templates()).open(source.machineTemplate));
        if (!below)
            return std::unexpected(below.error());
        parts.below = *std::move(below);
    }
    auto spec = machineSpec(source, found.image, parts);
    for (auto &disk : spec.disks)
        disk.path = u"%1/%2.qcow2"_s.arg(m_request.moment, disk.name);
    return spec;
}

Future<> ForkBuild::split()
{
    auto saved = machine();
    if (!saved)
        return core::ready(Result<>(std::unexpected(saved.error())));
    m_split =
        std::make_unique<vmm::StateSplit>(vmm::StateSplit::Request{.machine = *std::move(saved),
            .host = m_search.found().host,
            .directory = m_request.directory,
            .runDirectory = m_runDirectory});
    return fromVmm(this, m_split->run()).then(this, [this](const Result<> &done) -> Result<> {
        if (!done)
            return std::unexpected(shortageBehind(done.error()));
        return {};
    });
}

/// QEMU does not tell a file of memory that finds no room from any other failure.
Error ForkBuild::shortageBehind(const Error &error) const
{
    const int wanted = m_request.source.memoryMiB;
    const auto room = readHostRoom(m_request.directory);
    if (room.diskMiB < 0 || room.diskMiB >= wanted)
        return error;
    return {.kind = Error::Kind::NotEnoughDisk,
        .detail = u"%1; its memory may need %2 MiB and %3 MiB are free"_s.arg(error.detail)
            .arg(wanted)
            .arg(room.diskMiB)};
}

} // namespace core
