#include "core/client/explain.h"

#include <QtGlobal>

#include <array>
#include <utility>

namespace core {

namespace {

using Kind = Error::Kind;

struct Row
{
    Kind kind;
    int exitCode;
    const char *title;
    const char *why;
    const char *nextStep;
};

// The texts are looked up by their source text; the macro must be spelled out for lupdate.

constexpr std::array rows{
    Row{Kind::Usage,
        2,
        QT_TRANSLATE_NOOP("core::Explanation", "This cannot be done as asked"),
        "",
        QT_TRANSLATE_NOOP(
            "core::Explanation", "See “paddock COMMAND --help” for what is possible.")},
    Row{Kind::NoSuchSandbox,
        3,
        QT_TRANSLATE_NOOP("core::Explanation", "There is no such sandbox"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "List the sandboxes with “paddock ls”.")},
    Row{Kind::NameTaken,
        4,
        QT_TRANSLATE_NOOP("core::Explanation", "This name is taken"),
        QT_TRANSLATE_NOOP("core::Explanation", "Each sandbox has a name of its own."),
        QT_TRANSLATE_NOOP("core::Explanation", "Choose another name.")},
    Row{Kind::StateConflict,
        4,
        QT_TRANSLATE_NOOP("core::Explanation", "Not possible in the sandbox's present state"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation",
            "Look at its state with “paddock ls”, and start or stop it first.")},
    Row{Kind::FolderRefused,
        1,
        QT_TRANSLATE_NOOP("core::Explanation", "This folder cannot be a workspace"),
        "",
        QT_TRANSLATE_NOOP(
            "core::Explanation", "Choose a project folder that you can read and write.")},
    Row{Kind::UnknownAgent,
        2,
        QT_TRANSLATE_NOOP("core::Explanation", "This agent is not known"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation",
            "Use claude, codex, gemini, shell, or the name of a manifest of your own.")},
    Row{Kind::ImageMissing,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "The guest image is missing"),
        QT_TRANSLATE_NOOP("core::Explanation",
            "Machines start from an image that is built once on this computer."),
        QT_TRANSLATE_NOOP("core::Explanation", "Build it with “paddock image build”.")},
    Row{Kind::ImageDamaged,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "The guest image is damaged"),
        QT_TRANSLATE_NOOP("core::Explanation",
            "A checksum differs from the one recorded when the image was built."),
        QT_TRANSLATE_NOOP("core::Explanation", "Build it again with “paddock image build”.")},
    Row{Kind::QemuMissing,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "QEMU was not found"),
        QT_TRANSLATE_NOOP("core::Explanation", "Sandboxes are QEMU machines."),
        QT_TRANSLATE_NOOP("core::Explanation",
            "Install it, on Debian and Ubuntu with “sudo apt install qemu-system-x86 "
            "qemu-utils”.")},
    Row{Kind::QemuTooOld,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "QEMU 8.2 or newer is needed"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "Update QEMU with your system's package manager.")},
    Row{Kind::EmulationNotAccepted,
        78,
        QT_TRANSLATE_NOOP("core::Explanation", "This computer cannot accelerate virtual machines"),
        QT_TRANSLATE_NOOP("core::Explanation",
            "Software emulation works, slower, and is not a promised isolation boundary."),
        QT_TRANSLATE_NOOP("core::Explanation",
            "Accept it with --accept-emulation, or for good with “paddock config set "
            "acceleration.accept_emulation true”.")},
    Row{Kind::NotEnoughMemory,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "There is not enough free memory"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation",
            "Suspend another one with “paddock suspend”, or give the sandbox less with --memory.")},
    Row{Kind::NotEnoughDisk,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "There is not enough free disk space"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation",
            "Free some space, or remove a sandbox that you do not need with “paddock rm”.")},
    Row{Kind::GuestSilent,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "The machine started and did not answer"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation",
            "Look at its console with “paddock logs SANDBOX”, then start it again.")},
    Row{Kind::MachineFailed,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "The machine ended by itself"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation",
            "Look at “paddock logs SANDBOX” and “paddock diagnose”, then start it again.")},
    Row{Kind::DockerFailed,
        1,
        QT_TRANSLATE_NOOP("core::Explanation", "Docker did not start in the sandbox"),
        "",
        QT_TRANSLATE_NOOP(
            "core::Explanation", "Look at “paddock logs SANDBOX”, then restart the sandbox.")},
    Row{Kind::AgentMissing,
        125,
        QT_TRANSLATE_NOOP("core::Explanation", "The agent's program is not in the image"),
        "",
        QT_TRANSLATE_NOOP(
            "core::Explanation", "Build the image again with “paddock image build”.")},
    Row{Kind::PolicyInvalid,
        78,
        QT_TRANSLATE_NOOP("core::Explanation", "The network policy has an error"),
        QT_TRANSLATE_NOOP("core::Explanation", "The last good policy stays in force."),
        QT_TRANSLATE_NOOP("core::Explanation", "Correct the line that is named.")},
    Row{Kind::RefusedByPolicy,
        5,
        QT_TRANSLATE_NOOP("core::Explanation", "The network policy refuses this"),
        "",
        QT_TRANSLATE_NOOP(
            "core::Explanation", "Allow it with “paddock policy allow SANDBOX DESTINATION”.")},
    Row{Kind::KeychainUnavailable,
        69,
        QT_TRANSLATE_NOOP("core::Explanation", "Your keychain does not answer"),
        QT_TRANSLATE_NOOP(
            "core::Explanation", "There is none in this session, or it stayed locked for 10 s."),
        QT_TRANSLATE_NOOP("core::Explanation",
            "Unlock it, or give the key for one session with --secret SERVICE=env:VARIABLE.")},
    Row{Kind::CredentialMissing,
        1,
        QT_TRANSLATE_NOOP("core::Explanation", "There is no key for this service"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "Store it with “paddock secret set SERVICE”.")},
    Row{Kind::SyncHalted,
        4,
        QT_TRANSLATE_NOOP("core::Explanation", "The file sync has stopped and asks first"),
        "",
        QT_TRANSLATE_NOOP(
            "core::Explanation", "Look at the files page, or at “paddock inspect SANDBOX”.")},
    Row{Kind::NotAnswering,
        69,
        QT_TRANSLATE_NOOP("core::Explanation", "The sandbox does not answer"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation",
            "Wait a moment: it may come back. Else use “paddock restart SANDBOX”.")},
    Row{Kind::TimedOut,
        75,
        QT_TRANSLATE_NOOP("core::Explanation", "This took too long"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "Try again.")},
    Row{Kind::NotPermitted,
        77,
        QT_TRANSLATE_NOOP("core::Explanation", "This is not permitted"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "Check who owns the file or socket that is named.")},
    Row{Kind::BadConfiguration,
        78,
        QT_TRANSLATE_NOOP("core::Explanation", "The configuration has an error"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "Correct it; “paddock diagnose” checks it.")},
    Row{Kind::Cancelled,
        130,
        QT_TRANSLATE_NOOP("core::Explanation", "Interrupted"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "Run the command again to go on.")},
    Row{Kind::Failed,
        1,
        QT_TRANSLATE_NOOP("core::Explanation", "This did not work"),
        "",
        QT_TRANSLATE_NOOP("core::Explanation", "Run “paddock diagnose”; the log may tell more.")},
};

const Row &rowOf(Kind kind)
{
    for (const Row &row : rows) {
        if (row.kind == kind)
            return row;
    }
    std::unreachable();
}

} // namespace

Explanation explain(Kind kind)
{
    const Row &row = rowOf(kind);
    return {
        QString::fromUtf8(row.title), QString::fromUtf8(row.why), QString::fromUtf8(row.nextStep)};
}

int exitCode(Kind kind)
{
    return rowOf(kind).exitCode;
}

} // namespace core
