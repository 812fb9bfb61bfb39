#include "vmm/machine/host_capabilities.h"

#include "vmm/machine/confinement.h"
#include "vmm/program.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QSysInfo>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace vmm {
namespace {

constexpr auto programLimit = 10s;

QString systemEmulator()
{
    const bool arm = QSysInfo::currentCpuArchitecture().startsWith("arm"_L1);
    return arm ? u"qemu-system-aarch64"_s : u"qemu-system-x86_64"_s;
}

/// A program's path, or nothing when it is not there.
QString located(const QString &wanted, const QString &usualName)
{
    if (wanted.isEmpty())
        return QStandardPaths::findExecutable(usualName);
    return QStandardPaths::findExecutable(wanted);
}

/// "QEMU emulator version 10.0.13 (Debian …)"
QVersionNumber versionIn(const QByteArray &output)
{
    static const QRegularExpression pattern(u"version (\\d+(?:\\.\\d+)+)"_s);
    return QVersionNumber::fromString(pattern.match(QString::fromUtf8(output)).captured(1));
}

/// The newest versioned type: "pc-q35-10.0", or "virt-10.0" on arm. Deprecated ones end with
/// "(deprecated)".
QString newestMachineType(const QByteArray &output)
{
    static const QRegularExpression pattern(
        u"^((?:pc-q35|virt)-(\\d+\\.\\d+))\\s(?!.*\\(deprecated\\))"_s,
        QRegularExpression::MultilineOption);
    QString newest;
    QVersionNumber version;
    for (auto matches = pattern.globalMatch(QString::fromUtf8(output)); matches.hasNext();) {
        const auto match = matches.next();
        const auto candidate = QVersionNumber::fromString(match.captured(2));
        if (candidate > version) {
            version = candidate;
            newest = match.captured(1);
        }
    }
    return newest;
}

/// One accelerator a line, after a heading that ends with a colon.
QStringList acceleratorsIn(const QByteArray &output)
{
    QStringList names;
    for (const auto &line : QString::fromUtf8(output).split(u'\n', Qt::SkipEmptyParts))
        if (!line.endsWith(u':'))
            names << line.trimmed();
    return names;
}

struct BubblewrapTrial
{
    QString program;
    QString gap;
};

/// What goes wrong here is said in words that lead to the remedy.
QString explained(const QString &errors)
{
    const auto words = errors.trimmed().section(u'\n', 0, 0).left(300);
    if (words.contains("ermission denied"_L1) || words.contains("not permitted"_L1) ||
        words.contains("uid map"_L1))
        return u"bubblewrap may not make namespaces here (user namespaces are restricted): "_s +
               words;
    return u"bubblewrap does not work here: "_s + words;
}

Future<BubblewrapTrial> tryBubblewrap(const HostPrograms &programs)
{
#ifndef Q_OS_LINUX
    return ready(BubblewrapTrial{.program = {}, .gap = u"bubblewrap exists on Linux only"_s});
#endif
    const auto program = located(programs.bubblewrap, u"bwrap"_s);
    if (program.isEmpty())
        return ready(BubblewrapTrial{.program = {}, .gap = u"bubblewrap is not installed"_s});
    const auto trial = confined({.program = u"/usr/bin/true"_s, .arguments = {}},
        {.bubblewrap = program, .system = SystemLayout::ofThisHost(), .files = {}, .devices = {}});
    return runProgram(trial, programLimit)
        .then([program](const Result<ProgramOutput> &run) -> Result<BubblewrapTrial> {
            if (!run)
                return BubblewrapTrial{.program = {}, .gap = explained(run.error().detail)};
            if (run->exitCode != 0)
                return BubblewrapTrial{.program = {}, .gap = explained(run->errors)};
            return BubblewrapTrial{.program = program, .gap = {}};
        });
}

Error tooOld(const QString &qemu, const QVersionNumber &version)
{
    return {.kind = Error::Kind::QemuTooOld,
        .detail = u"%1 has version %2; %3 or newer is needed"_s.arg(
            qemu, version.isNull() ? u"unknown"_s : version.toString(), oldestQemu.toString())};
}

Result<HostCapabilities> capabilitiesFrom(
    HostCapabilities host, const QList<Future<ProgramOutput>> &answers)
{
    for (const auto &answer : answers)
        if (const auto &run = answer.result(); !run)
            return std::unexpected(run.error());
        else if (run->exitCode != 0)
            return std::unexpected(Error{.kind = Error::Kind::ProcessFailed,
                .detail = host.qemu + u": "_s + run->errors.trimmed()});
    host.qemuVersion = versionIn(answers[0].result()->output);
    host.machineType = newestMachineType(answers[1].result()->output);
    host.accelerators = acceleratorsIn(answers[2].result()->output);
    if (host.qemuVersion < oldestQemu || host.machineType.isEmpty())
        return std::unexpected(tooOld(host.qemu, host.qemuVersion));
    return host;
}

} // namespace

QString HostCapabilities::confinement() const
{
    if (bubblewrap.isEmpty())
        return u"QEMU's own system call filter only: "_s + confinementGap;
    return u"bubblewrap (no network, no other files) and QEMU's system call filter"_s;
}

HostPrograms HostPrograms::fromEnvironment()
{
    return {.qemu = qEnvironmentVariable("PADDOCK_QEMU"),
        .qemuImg = qEnvironmentVariable("PADDOCK_QEMU_IMG"),
        .bubblewrap = qEnvironmentVariable("PADDOCK_BWRAP")};
}

Future<HostCapabilities> probeHost(const HostPrograms &programs)
{
    HostCapabilities host;
    host.qemu = located(programs.qemu, systemEmulator());
    host.qemuImg = located(programs.qemuImg, u"qemu-img"_s);
    if (host.qemu.isEmpty())
        return failed<HostCapabilities>(Error::Kind::QemuMissing,
            (programs.qemu.isEmpty() ? systemEmulator() : programs.qemu) + u" was not found"_s);
    QList<Future<ProgramOutput>> questions;
    for (const auto &question :
        {QStringList{u"--version"_s}, {u"-machine"_s, u"help"_s}, {u"-accel"_s, u"help"_s}})
        questions << runProgram({.program = host.qemu, .arguments = question}, programLimit);
    auto bubblewrap = tryBubblewrap(programs);
    return QtFuture::whenAll(questions.begin(), questions.end())
        .then([host, bubblewrap](const QList<Future<ProgramOutput>> &answers) mutable {
            return bubblewrap.then([host, answers](const Result<BubblewrapTrial> &trial) {
                auto complete = host;
                complete.bubblewrap = trial->program;
                complete.confinementGap = trial->gap;
                return capabilitiesFrom(complete, answers);
            });
        })
        .unwrap();
}

} // namespace vmm
