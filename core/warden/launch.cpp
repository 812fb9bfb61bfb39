#include "core/warden/launch.h"

#include "core/config/write_file.h"
#include "core/sandbox/disk_layers.h"
#include "core/sandbox/size_change.h"
#include "core/warden/layer_fold.h"
#include "core/warden/machine_failure.h"
#include "core/warden/preflight.h"
#include "core/warden/suspend_image.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_overlay.h"
#include "vmm/template/template_store.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto formerPatience = 20s; // measured some 100 ms

GroundworkRequest groundworkFor(const LaunchRequest &request)
{
    const DiskLayers layers(request.paths.sandbox(request.settings.id.value));
    const auto root = layers.files(u"root"_s).first();
    return {.paths = request.paths,
        .imageDirectory = request.imageDirectory,
        .guestPart = request.guestPart,
        .image = request.settings.image,
        .fit = QFileInfo::exists(root) ? GroundworkRequest::Fit::ThisImage
                                       : GroundworkRequest::Fit::AnyImage,
        .acceptEmulation = request.config.acceptEmulation};
}

/// What says nothing about what was to be loaded: QEMU was ended from outside, or got no memory.
std::optional<Error> outsideCause(const Error &error, const vmm::Machine &machine)
{
    if (const auto &exit = machine.exit(); exit && endedFromOutside(*exit))
        return machineFailure(*exit);
    return error.kind == Error::Kind::NotEnoughMemory ? std::optional(error) : std::nullopt;
}

} // namespace

Launch::Launch(LaunchRequest request)
    : m_request(std::move(request))
    , m_search(groundworkFor(m_request))
{
}

Future<SharedMachine> Launch::run()
{
    emit reached(LaunchStage::Image, u"Checking the image"_s);
    const auto room = readHostRoom(m_request.paths.sandboxes());
    const auto &settings = m_request.settings;
    const auto demand = demandOf(m_request.paths,
        settings.id,
        withNextSizes(settings).memoryMiB,
        m_request.config.diskFloorGiB);
    if (const auto enough = checkRoom(room, demand); !enough)
        return core::ready(Result<SharedMachine>(std::unexpected(enough.error())));
    return steps(this, m_search.run())
        .then([this] { return awaitFormer(); })
        .then([this] { return foldDisks(); })
        .then([this] { return core::ready(findDisks()); })
        .then([this] { return core::ready(choose()); })
        .then([this] { return makeDisksOrBoot(); })
        .then([this] { return startMachine(); })
        .finally([](const Result<SharedMachine> &) {});
}

/// A state or a template must not be given up because of it. Only what is written is a sandbox's
/// own: forks have the layers below open.
Future<> Launch::awaitFormer()
{
    const DiskLayers layers(m_request.paths.sandbox(m_request.settings.id.value));
    QStringList disks;
    for (const auto &name : diskNames())
        disks << layers.files(name).first();
    m_former = std::make_unique<FormerMachine>(disks);
    return m_former->gone(formerPatience);
}

/// What a suspended machine goes on with must stay as it is.
Future<> Launch::foldDisks()
{
    const auto sandbox = m_request.paths.sandbox(m_request.settings.id.value);
    if (SuspendImage::isThere(sandbox))
        return ready(Result<>());
    return foldLayers(this, m_search.found().host.qemuImg, sandbox)
        .then(this, [](const Result<> &folded) -> Result<> {
            if (!folded)
                qWarning("the disks keep their layers: %s", qPrintable(folded.error().detail));
            return {};
        });
}

Result<> Launch::findDisks()
{
    const DiskLayers layers(m_request.paths.sandbox(m_request.settings.id.value));
    return layers.chain().transform([this](const QList<int> &chain) { m_layers = chain; });
}

/// A new sandbox is forked where that is possible; one with disks boots on what they build on.
Result<> Launch::choose()
{
    auto &settings = m_request.settings;
    const auto &found = m_search.found();
    const vmm::TemplateStore store(m_request.paths.templates());
    const bool isNew = !QFileInfo::exists(disk(u"root"_s));
    settings.image = found.image.digest;
    if (!SuspendImage::isThere(m_request.paths.sandbox(settings.id.value)))
        settings = withNextSizes(settings); // a suspended machine goes on as it is
    if (settings.machineType.isEmpty())
        settings.machineType = found.host.machineType;
    if (!isNew && !settings.machineTemplate.isEmpty()) {
        auto below = fromVmm(store.open(settings.machineTemplate));
        if (!below)
            return std::unexpected(below.error());
        m_template = *std::move(below);
    }
    if (isNew && m_request.templates == LaunchRequest::Templates::Use) {
        auto fork = store.findForkable(
            templateIdentity(found, settings.cpus, settings.memoryMiB, settings.diskGiB));
        m_wantsTemplate = !fork;
        if (fork) {
            store.markUsed(fork->name);
            m_way = LaunchWay::Fork;
            m_template = *std::move(fork);
        }
    }
    settings.machineTemplate = m_template ? m_template->name : QString();
    return keepSettings().transform([this] { chooseResume(); });
}

void Launch::chooseResume()
{
    const auto &settings = m_request.settings;
    const SuspendImage image(m_request.paths.sandbox(settings.id.value));
    auto identity =
        templateIdentity(m_search.found(), settings.cpus, settings.memoryMiB, settings.diskGiB);
    identity.machineType = settings.machineType;
    const auto fits = image.fits(identity);
    if (!fits)
        return;
    if (*fits) {
        m_state = image.state();
        m_ram = image.ram();
        m_way = LaunchWay::Resume;
        return;
    }
    image.discard();
    emit noticed(u"The suspended machine does not fit this computer or its disks any more (another "
                 u"QEMU, image or size), so it was started anew from its disks."_s);
}

Future<> Launch::makeDisks()
{
    emit reached(LaunchStage::Disks, u"Preparing the disks"_s);
    // A fork's machine knows the disks of the template; they grow once it runs.
    const int diskGiB = m_template ? m_template->identity.diskGiB : m_request.settings.diskGiB;
    QList<Future<>> made;
    for (const auto &name : diskNames())
        made << makeDisk(name, diskBytes(name, diskGiB));
    return QtFuture::whenAll(made.begin(), made.end())
        .then(this, [](const QList<Future<>> &all) -> Result<> {
            for (const auto &one : all)
                if (one.isCanceled() || !one.result())
                    return one.isCanceled() ? Result<>(std::unexpected(
                                                  Error{Error::Kind::Cancelled, u"given up"_s}))
                                            : one.result();
            return {};
        });
}

/// A template may be removed between the look and the disks.
Future<> Launch::makeDisksOrBoot()
{
    return makeDisks()
        .then(this,
            [this](const Result<> &made) -> Future<> {
                const vmm::TemplateStore store(m_request.paths.templates());
                if (made || m_way != LaunchWay::Fork || store.open(m_template->name))
                    return ready(made);
                qWarning(
                    "the template is gone, the machine boots: %s", qPrintable(made.error().detail));
                giveUpWay();
                return steps(this, ready(keepSettings()))
                    .then([this] { return makeDisks(); })
                    .finally([](const Result<> &) {});
            })
        .unwrap();
}

Future<> Launch::makeDisk(const QString &name, qint64 bytes)
{
    if (QFileInfo::exists(disk(name)))
        return ready(Result<>());
    const auto &found = m_search.found();
    QString base;
    if (m_template)
        base = m_template->disk(name);
    else if (name == "root"_L1)
        base = found.image.root();
    if (base.isEmpty())
        return fromVmm(this, vmm::createDisk(found.host.qemuImg, disk(name), bytes));
    return fromVmm(this,
        vmm::createOverlay(found.host.qemuImg,
            {.path = disk(name),
                .basePath = base,
                .bytes = bytes,
                .patterns = m_template ? m_template->directory : QString()}));
}

Result<> Launch::keepSettings()
{
    return writeFile(m_request.paths.sandbox(m_request.settings.id.value) + u"/sandbox.json"_s,
        QJsonDocument(toJson(m_request.settings)).toJson());
}

Future<SharedMachine> Launch::startMachine()
{
    using Started = Result<SharedMachine>;
    emit reached(LaunchStage::Boot, u"Starting the machine"_s);
    const auto id = m_request.settings.id.value;
    const auto sandbox = m_request.paths.sandbox(id);
    const auto &found = m_search.found();
    const auto spec = machineSpec(m_request.settings,
        found.image,
        {.sandboxDirectory = sandbox,
            .initrd = found.initrd,
            .acceleration = found.acceleration.acceleration,
            .cpuModel = found.acceleration.cpuModel,
            .below = m_template,
            .way = m_way,
            .state = m_state,
            .ram = m_ram,
            .layers = m_layers});
    // Shared with the future, which copies its result; one owner after that.
    auto machine = std::make_shared<vmm::Machine>(spec,
        found.host,
        vmm::Machine::Places{.runDirectory = m_request.paths.runtimeOf(id) + u"/vm"_s,
            .consoleLog = sandbox + u"/log/console.log"_s});
    if (m_way == LaunchWay::Resume) // it goes on once: from then on its disks change
        machine->beforeItRuns([sandbox]() -> vmm::Result<> {
            if (const auto taken = SuspendImage(sandbox).take(); !taken)
                return std::unexpected(vmm::Error{vmm::Error::Kind::Io, taken.error().detail});
            return {};
        });
    return machine->start()
        .then(this,
            [this, machine](const vmm::Result<> &started) -> Future<SharedMachine> {
                if (started)
                    return core::ready(Started(machine));
                const auto error = fromVmm(started.error());
                m_failed = machine; // it is telling us of its failure and may not go yet
                if (const auto cause = outsideCause(error, *machine))
                    return core::ready(Started(std::unexpected(tryLater(*cause))));
                return m_way == LaunchWay::Boot ? core::ready(Started(std::unexpected(error)))
                                                : bootInstead(error);
            })
        .unwrap();
}

void Launch::giveUpWay()
{
    if (m_way == LaunchWay::Resume) {
        SuspendImage(m_request.paths.sandbox(m_request.settings.id.value)).discard();
        emit noticed(u"The suspended machine could not be resumed, so it was started anew from its "
                     u"disks."_s);
    }
    if (std::exchange(m_way, LaunchWay::Boot) != LaunchWay::Fork)
        return;
    const vmm::TemplateStore store(m_request.paths.templates());
    if (m_template && !store.discardMemory(m_template->name))
        qWarning("template %s could not be discarded", qPrintable(m_template->name));
    removeForkedDisks();
    m_template.reset();
    m_wantsTemplate = true;
    m_request.settings.machineTemplate.clear();
}

/// They were made a moment ago and nothing of the user's has been on them.
void Launch::removeForkedDisks() const
{
    for (const auto &name : diskNames())
        QFile::remove(disk(name));
}

/// What is suspended stays so, and a new sandbox is as new as it was.
Error Launch::tryLater(const Error &reason)
{
    if (m_way == LaunchWay::Fork) {
        removeForkedDisks();
        m_request.settings.machineTemplate.clear();
        if (const auto kept = keepSettings(); !kept)
            return kept.error();
    }
    return reason;
}

Future<SharedMachine> Launch::bootInstead(const Error &reason)
{
    qWarning("the state could not be restored, the machine boots: %s", qPrintable(reason.detail));
    return steps(this, fromVmm(this, m_failed->quit()))
        .then([this](const vmm::MachineExit &) {
            giveUpWay();
            return core::ready(keepSettings());
        })
        .then([this] { return makeDisks(); })
        .then([this] { return startMachine(); })
        .finally([](const Result<SharedMachine> &) {});
}

QString Launch::disk(const QString &name) const
{
    const DiskLayers layers(m_request.paths.sandbox(m_request.settings.id.value));
    return layers.file(m_layers.first(), name);
}

} // namespace core
