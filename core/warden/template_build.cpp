#include "core/warden/template_build.h"

#include "core/warden/guest_run.h"
#include "core/warden/machine_plan.h"
#include "core/warden/preflight.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/disk_overlay.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto guestPatience = 180s;
constexpr auto dockerPatience = 240s; // measured 15 s on an idle machine under emulation
constexpr auto warmPatience = 240s;
constexpr auto requestPatience = 30s;
constexpr qint64 neededDiskMiB = 1536; // measured: 800, of a machine with 2 GiB of memory

/// Each program once, none of them for ever, and then all of it to the disks. Docker's own command
/// starts its plug-ins to ask what they are; what that needs of their 160 MB is read once here.
constexpr char warmScript[] =
    R"({
for program; do timeout 60 "$program" --version; done
timeout 25 docker info
timeout 25 docker ps
} >/dev/null 2>&1
sync; exit 0)";

Error failure(const QString &detail)
{
    return {.kind = Error::Kind::Failed, .detail = detail};
}

} // namespace

TemplateBuild::TemplateBuild(TemplateRequest request)
    : m_request(std::move(request))
    , m_store(m_request.paths.templates())
    , m_search({.paths = m_request.paths,
          .imageDirectory = m_request.imageDirectory,
          .guestPart = m_request.guestPart,
          .image = {},
          .acceptEmulation = m_request.config.acceptEmulation})
{
}

TemplateBuild::~TemplateBuild()
{
    m_docker.reset();
    m_control.reset();
    m_machine.reset();
    if (m_lock && !m_directory.isEmpty())
        QDir(m_directory).removeRecursively();
}

Future<vmm::MachineTemplate> TemplateBuild::run()
{
    tell(0, u"Looking at this computer"_s);
    return steps(this, m_search.run())
        .then([this] { return findOrMake(); })
        .finally([this](const Result<vmm::MachineTemplate> &made) {
            if (!made)
                giveUp(made.error());
        });
}

Future<vmm::MachineTemplate> TemplateBuild::findOrMake()
{
    m_identity =
        templateIdentity(m_search.found(), m_request.cpus, m_request.memoryMiB, m_request.diskGiB);
    if (auto known = m_store.find(m_identity))
        return core::ready(Result<vmm::MachineTemplate>(*known));
    if (const auto locked = takeLock(); !locked)
        return core::ready(Result<vmm::MachineTemplate>(std::unexpected(locked.error())));
    // Another process may have made it between the look and the lock.
    if (auto known = m_store.find(m_identity))
        return core::ready(Result<vmm::MachineTemplate>(*known));
    return steps(this, makeReady())
        .then([this] {
            auto kept = fromVmm(m_store.keep(m_identity));
            if (kept)
                removeProgress(m_request.paths, m_identity.key());
            return core::ready(std::move(kept));
        })
        .finally([](const Result<vmm::MachineTemplate> &) {});
}

Result<> TemplateBuild::takeLock()
{
    if (!makePrivateDirectory(m_request.paths.templates()))
        return std::unexpected(Error{Error::Kind::NotPermitted, m_request.paths.templates()});
    m_lock = FileLock::take(templateLock(m_request.paths, m_identity.key()));
    if (!m_lock)
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"this template is being made already"_s});
    m_directory = m_store.buildDirectory(m_identity.key());
    m_progress = {.key = m_identity.key(),
        .sinceMs = QDateTime::currentMSecsSinceEpoch(),
        .cpus = m_identity.cpus,
        .memoryMiB = m_identity.memoryMiB,
        .diskGiB = m_identity.diskGiB};
    return {};
}

void TemplateBuild::tell(int percent, const QString &step)
{
    emit progress(percent, step);
    m_progress.percent = percent;
    m_progress.step = step;
    if (m_lock)
        writeProgress(m_request.paths, m_progress);
}

void TemplateBuild::giveUp(const Error &reason)
{
    m_progress.reason = reason.detail.isEmpty() ? u"it failed"_s : reason.detail.left(500);
    if (m_lock)
        writeProgress(m_request.paths, m_progress);
}

Future<> TemplateBuild::makeReady()
{
    auto demand = demandOf(m_request.paths, {}, m_request.memoryMiB, m_request.config.diskFloorGiB);
    demand.diskMiB = neededDiskMiB;
    const auto room = readHostRoom(m_request.paths.data);
    if (const auto enough = checkRoom(room, demand); !enough)
        return core::ready(enough);
    return steps(this, makeFiles())
        .then([this] { return boot(); })
        .then([this] { return configure(); })
        .then([this] { return awaitDocker(); })
        .then([this] { return warmUp(); })
        .then([this] { return freeze(); })
        .finally([](const Result<> &) {});
}

Future<> TemplateBuild::makeFiles()
{
    tell(5, u"Preparing the disks"_s);
    QDir(m_directory).removeRecursively(); // of a build that did not end; we hold its lock
    QFile ram(m_directory + u"/ram"_s);
    if (!makePrivateDirectory(m_directory) || !ram.open(QIODevice::WriteOnly) ||
        !ram.resize(qint64(m_identity.memoryMiB) << 20))
        return core::ready(Result<>(std::unexpected(failure(u"cannot write "_s + m_directory))));
    const auto &found = m_search.found();
    const auto path = [this](
                          const QString &name) { return u"%1/%2.qcow2"_s.arg(m_directory, name); };
    const auto empty = [this, path, &found](const QString &name) {
        return fromVmm(this,
            vmm::createDisk(found.host.qemuImg, path(name), diskBytes(name, m_identity.diskGiB)));
    };
    return steps(this,
        fromVmm(this,
            vmm::createOverlay(found.host.qemuImg,
                {.path = path(u"root"_s),
                    .basePath = found.image.root(),
                    .bytes = diskBytes(u"root"_s, m_identity.diskGiB)})))
        .then([empty] { return empty(u"docker"_s); })
        .then([empty] { return empty(u"work"_s); })
        .finally([](const Result<> &) {});
}

Future<> TemplateBuild::boot()
{
    tell(10, u"Booting the machine"_s);
    const auto &found = m_search.found();
    const auto spec = templateSpec(m_identity,
        found.image,
        {.sandboxDirectory = m_directory,
            .initrd = found.initrd,
            .acceleration = found.acceleration.acceleration,
            .cpuModel = found.acceleration.cpuModel});
    m_machine = std::make_unique<vmm::Machine>(spec,
        found.host,
        vmm::Machine::Places{
            .runDirectory = u"%1/template-%2"_s.arg(m_request.paths.runtime, m_identity.key()),
            .consoleLog = m_directory + u"/console.log"_s});
    m_control = std::make_unique<GuestControl>(
        [this] { return m_machine->connectPort(u"org.paddock.control"_s); });
    return steps(this, fromVmm(this, m_machine->start()))
        .then([this] { return m_control->open(guestPatience); })
        .finally([](const Result<> &) {});
}

/// Only what all sandboxes share. What each fork gets of its own has a value that says nothing, so
/// that its way there is in memory: that saves the fork 50 ms of reading from an emulated disk.
Future<> TemplateBuild::configure()
{
    tell(30, u"Starting Docker"_s);
    const auto nothing = u"# a template has none of its own\n"_s;
    const QJsonObject configuration{{u"hostname"_s, u"template"_s},
        {u"machineId"_s, QString(32, u'0')},
        {u"caCertificate"_s, nothing},
        {u"aptOptions"_s, nothing},
        {u"docker"_s, true},
        {u"realtimeNs"_s, QDateTime::currentMSecsSinceEpoch() * 1'000'000}};
    return m_control
        ->request("POST",
            "/configure",
            QJsonDocument(configuration).toJson(QJsonDocument::Compact),
            requestPatience)
        .then(this, [](const Result<QByteArray> &answer) -> Result<> {
            if (!answer)
                return std::unexpected(answer.error());
            return {};
        });
}

Future<> TemplateBuild::awaitDocker()
{
    m_docker = std::make_unique<DockerWait>(*m_control);
    return m_docker->run(dockerPatience);
}

Future<> TemplateBuild::warmUp()
{
    tell(60, u"Warming up the agents"_s);
    return runInGuest(this,
        *m_control,
        QStringList{u"sh"_s, u"-c"_s, QString::fromLatin1(warmScript), u"warm-up"_s} +
            m_request.warmPrograms,
        warmPatience,
        u"agent"_s);
}

Future<> TemplateBuild::freeze()
{
    tell(90, u"Freezing it"_s);
    m_docker.reset();
    m_control.reset(); // nobody is connected when it wakes up
    return steps(this,
        fromVmm(this, m_machine->saveState(m_directory + u"/state"_s, vmm::SavedMemory::Elsewhere)))
        .then([this] { return fromVmm(this, m_machine->quit()); })
        .then([this](const vmm::MachineExit &) {
            tell(95, u"Writing it down"_s);
            m_machine.reset();
            QFile::remove(m_directory + u"/console.log"_s);
            return core::ready(Result<>());
        })
        .finally([](const Result<> &) {});
}

} // namespace core
