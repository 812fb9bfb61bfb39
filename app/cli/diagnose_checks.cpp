#include "app/cli/diagnose_checks.h"

#include "core/client/explain.h"
#include "core/client/warden_process.h"
#include "core/credentials/secret_store.h"
#include "core/policy/policy_text.h"
#include "core/warden/machine_scope.h"
#include "core/warden/preflight.h"
#include "core/warden/vmm_error.h"
#include "vmm/image/image_store.h"
#include "vmm/machine/acceleration_probe.h"
#include "vmm/machine/host_capabilities.h"

#include <QFile>
#include <QPromise>
#include <QTimer>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using core::Error;

namespace cli {

namespace {

constexpr auto checkLimit = 5s;

Finding good(const QString &name, const QString &detail)
{
    return {.name = name, .health = Health::Good, .detail = detail, .nextStep = {}};
}

Finding bad(const QString &name, const Error &error, Health health = Health::Bad)
{
    const core::Explanation words = core::explain(error.kind);
    return {.name = name,
        .health = health,
        .detail = error.detail.isEmpty() ? words.title : words.title + u": "_s + error.detail,
        .nextStep = words.nextStep};
}

/// The finding, or after 5 s one that says that the check itself hangs.
QFuture<Finding> limited(Cli &cli, const QString &name, QFuture<Finding> check)
{
    auto promise = std::make_shared<QPromise<Finding>>(); // the check and the limit share it
    promise->start();
    const auto answer = [promise](const Finding &finding) {
        if (promise->future().isFinished())
            return;
        promise->addResult(finding);
        promise->finish();
    };
    check.then(&cli, answer);
    QTimer::singleShot(checkLimit, &cli, [answer, name] {
        answer(bad(name, {Error::Kind::TimedOut, u"no answer within 5 s"_s}));
    });
    return promise->future();
}

Finding configuration(Cli &cli)
{
    const auto config = cli.config();
    return config ? good(u"configuration"_s, cli.paths.configFile())
                  : bad(u"configuration"_s, config.error());
}

Finding policy(Cli &cli)
{
    const QString path = cli.paths.globalPolicyFile();
    QFile file(path);
    if (!file.open(QFile::ReadOnly))
        return good(u"policy"_s, u"no rules for all sandboxes"_s);
    const auto parsed = core::policy::parsePolicy(file.readAll().toStdString(), "global");
    for (const auto &diagnostic : parsed.diagnostics) {
        if (diagnostic.severity == core::policy::Diagnostic::Severity::Error)
            return bad(u"policy"_s,
                {Error::Kind::PolicyInvalid,
                    path + u": "_s + QString::fromStdString(toText(diagnostic))});
    }
    return good(u"policy"_s, u"%1 rules for all sandboxes"_s.arg(parsed.rules.size()));
}

Finding programs(Cli &)
{
    for (const QString &name : {u"paddock-warden"_s, u"paddock-gateway"_s, u"paddock-courier"_s}) {
        if (core::companionProgram(name).isEmpty())
            return bad(u"programs"_s, {Error::Kind::BadConfiguration, name + u" is missing"_s});
    }
    return good(u"programs"_s, core::companionProgram(u"paddock-warden"_s));
}

Finding image(Cli &cli)
{
    const QString own = qEnvironmentVariable("PADDOCK_IMAGE");
    if (!own.isEmpty()) {
        const auto opened = vmm::openImage(own);
        return opened ? good(u"image"_s, own) : bad(u"image"_s, core::fromVmm(opened.error()));
    }
    const auto listing = vmm::ImageStore(cli.paths.images()).list();
    if (!listing.images.isEmpty())
        return good(u"image"_s,
            u"%1, kernel %2"_s.arg(
                listing.images.front().digest.left(16), listing.images.front().kernelRelease));
    if (!listing.damaged.isEmpty())
        return bad(u"image"_s, core::fromVmm(listing.damaged.front()));
    return bad(u"image"_s, {Error::Kind::ImageMissing, cli.paths.images()});
}

Finding room(Cli &cli)
{
    core::makePrivateDirectory(cli.paths.sandboxes());
    const core::HostRoom room = core::readHostRoom(cli.paths.sandboxes());
    const qint64 floor = cli.config().value_or(core::Config()).diskFloorGiB;
    const auto demand = core::demandOf(cli.paths, {}, core::SandboxSettings().memoryMiB, floor);
    if (const auto enough = core::checkRoom(room, demand); !enough)
        return bad(u"room"_s, enough.error(), Health::Warning);
    return good(u"room"_s,
        u"%1 MiB of memory and %2 GiB of disk are free"_s.arg(room.memoryMiB)
            .arg(room.diskMiB / 1024));
}

QFuture<Finding> qemu(Cli &cli)
{
    return vmm::probeHost(vmm::HostPrograms::fromEnvironment())
        .then(&cli, [](const vmm::Result<vmm::HostCapabilities> &host) {
            if (!host)
                return bad(u"qemu"_s, core::fromVmm(host.error()));
            Finding finding = good(
                u"qemu"_s, u"QEMU %1, %2"_s.arg(host->qemuVersion.toString(), host->confinement()));
            if (!host->confinementGap.isEmpty()) {
                finding.health = Health::Warning;
                finding.nextStep =
                    u"Install bubblewrap and allow user namespaces, so that QEMU is confined."_s;
            }
            return finding;
        });
}

Finding verdictOf(const core::Paths &paths,
    const vmm::HostCapabilities &host,
    const QString &kernel,
    bool accepted)
{
    const auto verdict = vmm::knownVerdict({.host = host,
        .kernel = kernel,
        .initrd = {},
        .workDirectory = {},
        .cacheFile = paths.cache + u"/acceleration.json"_s});
    if (!verdict)
        return good(u"acceleration"_s,
            u"not known before the first start; that one finds out by booting"_s);
    if (verdict->acceleration != vmm::Acceleration::Tcg)
        return good(u"acceleration"_s, verdict->detail);
    Finding finding = bad(
        u"acceleration"_s, {Error::Kind::EmulationNotAccepted, verdict->detail}, Health::Warning);
    if (accepted)
        finding.nextStep =
            u"You accepted software emulation; enable virtualisation in the firmware for more speed."_s;
    return finding;
}

QFuture<Finding> acceleration(Cli &cli)
{
    const QString own = qEnvironmentVariable("PADDOCK_IMAGE");
    const auto listing = vmm::ImageStore(cli.paths.images()).list();
    if (own.isEmpty() && listing.images.isEmpty())
        return core::ready(good(u"acceleration"_s, u"known when there is an image"_s));
    const QString directory = own.isEmpty() ? listing.images.front().directory : own;
    return vmm::probeHost(vmm::HostPrograms::fromEnvironment())
        .then(&cli, [&cli, directory](const vmm::Result<vmm::HostCapabilities> &host) {
            if (!host)
                return bad(u"acceleration"_s, core::fromVmm(host.error()));
            const auto config = cli.config();
            return verdictOf(
                cli.paths, *host, directory + u"/vmlinuz"_s, config && config->acceptEmulation);
        });
}

QFuture<Finding> keychain(Cli &cli)
{
    return cli.keychain()
        .read(u"diagnose"_s)
        .then(&cli, [](const core::Result<QByteArray> &answer) {
            if (answer || answer.error().kind == Error::Kind::CredentialMissing)
                return good(u"keychain"_s, u"it answers"_s);
            return bad(u"keychain"_s, answer.error(), Health::Warning);
        });
}

/// Whether a machine gets no more of this computer than it was made for; works without, too.
QFuture<Finding> limits(Cli &cli)
{
    return core::limitsOfSession(&cli, QDBusConnection::sessionBus())
        .then(&cli, [](const core::Result<QString> &systemd) {
            return systemd
                       ? good(u"limits"_s, *systemd)
                       : good(u"limits"_s,
                             u"left out, machines run without them: "_s + systemd.error().detail);
        });
}

QFuture<Finding> sandboxes(Cli &cli)
{
    return cli.sandboxes().refresh().then(&cli, [](const QList<core::SandboxStatus> &list) {
        QStringList silent;
        QStringList failed;
        QStringList older;
        for (const core::SandboxStatus &status : list) {
            if (status.state == core::SandboxState::NotAnswering)
                silent.append(status.settings.name);
            else if (status.state == core::SandboxState::Failed)
                failed.append(status.settings.name);
            if (core::isOfOtherVersion(status))
                older.append(status.settings.name);
        }
        if (!silent.isEmpty())
            return bad(u"sandboxes"_s, {Error::Kind::NotAnswering, silent.join(u", "_s)});
        if (!failed.isEmpty())
            return bad(u"sandboxes"_s,
                {Error::Kind::MachineFailed, failed.join(u", "_s)},
                Health::Warning);
        if (!older.isEmpty()) {
            Finding finding = good(u"sandboxes"_s,
                u"%1 still run with another version of Paddock"_s.arg(older.join(u", "_s)));
            finding.health = Health::Warning;
            finding.nextStep = u"They go on; “paddock restart SANDBOX” brings them up to date."_s;
            return finding;
        }
        return good(u"sandboxes"_s, u"%1, none hangs"_s.arg(list.size()));
    });
}

} // namespace

QList<QFuture<Finding>> diagnoseChecks(Cli &cli)
{
    QList<QFuture<Finding>> checks;
    for (auto *check : {configuration, policy, programs, image, room})
        checks.append(core::ready(check(cli)));
    checks.append(limited(cli, u"qemu"_s, qemu(cli)));
    checks.append(limited(cli, u"acceleration"_s, acceleration(cli)));
    checks.append(limited(cli, u"keychain"_s, keychain(cli)));
    checks.append(limited(cli, u"limits"_s, limits(cli)));
    checks.append(limited(cli, u"sandboxes"_s, sandboxes(cli)));
    return checks;
}

} // namespace cli
