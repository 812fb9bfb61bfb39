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

// The texts are marked for lupdate and looked up by their source text.
#define SAY(text) QT_TRANSLATE_NOOP("core::Explanation", text)

constexpr std::array rows{
    Row{Kind::Usage,
        2,
        SAY("This cannot be done as asked"),
        "",
        SAY("See “paddock COMMAND --help” for what is possible.")},
    Row{Kind::NoSuchSandbox,
        3,
        SAY("There is no such sandbox"),
        "",
        SAY("List the sandboxes with “paddock ls”.")},
    Row{Kind::NameTaken,
        4,
        SAY("This name is taken"),
        SAY("Each sandbox has a name of its own."),
        SAY("Choose another name.")},
    Row{Kind::StateConflict,
        4,
        SAY("Not possible in the sandbox's present state"),
        "",
        SAY("Look at its state with “paddock ls”, and start or stop it first.")},
    Row{Kind::FolderRefused,
        1,
        SAY("This folder cannot be a workspace"),
        "",
        SAY("Choose a project folder that you can read and write.")},
    Row{Kind::UnknownAgent,
        2,
        SAY("This agent is not known"),
        "",
        SAY("Use claude, codex, gemini, shell, or the name of a manifest of your own.")},
    Row{Kind::ImageMissing,
        125,
        SAY("The guest image is missing"),
        SAY("Machines start from an image that is built once on this computer."),
        SAY("Build it with “paddock image build”.")},
    Row{Kind::ImageDamaged,
        125,
        SAY("The guest image is damaged"),
        SAY("A checksum differs from the one recorded when the image was built."),
        SAY("Build it again with “paddock image build”.")},
    Row{Kind::QemuMissing,
        125,
        SAY("QEMU was not found"),
        SAY("Sandboxes are QEMU machines."),
        SAY("Install it, on Debian and Ubuntu with “sudo apt install qemu-system-x86 "
            "qemu-utils”.")},
    Row{Kind::QemuTooOld,
        125,
        SAY("QEMU 8.2 or newer is needed"),
        "",
        SAY("Update QEMU with your system's package manager.")},
    Row{Kind::EmulationNotAccepted,
        78,
        SAY("This computer cannot accelerate virtual machines"),
        SAY("Software emulation works, slower, and is not a promised isolation boundary."),
        SAY("Accept it with --accept-emulation, or for good with “paddock config set "
            "acceleration.accept_emulation true”.")},
    Row{Kind::NotEnoughMemory,
        125,
        SAY("There is not enough free memory"),
        "",
        SAY("Give the sandbox less with --memory, or stop another one.")},
    Row{Kind::NotEnoughDisk,
        125,
        SAY("There is not enough free disk space"),
        "",
        SAY("Free some space, or remove a sandbox that you do not need with “paddock rm”.")},
    Row{Kind::GuestSilent,
        125,
        SAY("The machine started and did not answer"),
        "",
        SAY("Look at its console with “paddock logs SANDBOX”, then start it again.")},
    Row{Kind::MachineFailed,
        125,
        SAY("The machine ended by itself"),
        "",
        SAY("Look at “paddock logs SANDBOX” and “paddock diagnose”, then start it again.")},
    Row{Kind::DockerFailed,
        1,
        SAY("Docker did not start in the sandbox"),
        "",
        SAY("Look at “paddock logs SANDBOX”, then restart the sandbox.")},
    Row{Kind::AgentMissing,
        125,
        SAY("The agent's program is not in the image"),
        "",
        SAY("Build the image again with “paddock image build”.")},
    Row{Kind::PolicyInvalid,
        78,
        SAY("The network policy has an error"),
        SAY("The last good policy stays in force."),
        SAY("Correct the line that is named.")},
    Row{Kind::RefusedByPolicy,
        5,
        SAY("The network policy refuses this"),
        "",
        SAY("Allow it with “paddock policy allow SANDBOX DESTINATION”.")},
    Row{Kind::KeychainUnavailable,
        69,
        SAY("Your keychain does not answer"),
        SAY("There is none in this session, or it stayed locked for 10 s."),
        SAY("Unlock it, or give the key for one session with --secret SERVICE=env:VARIABLE.")},
    Row{Kind::CredentialMissing,
        1,
        SAY("There is no key for this service"),
        "",
        SAY("Store it with “paddock secret set SERVICE”.")},
    Row{Kind::SyncHalted,
        4,
        SAY("The file sync has stopped and asks first"),
        "",
        SAY("Look at the files page, or at “paddock inspect SANDBOX”.")},
    Row{Kind::NotAnswering,
        69,
        SAY("The sandbox does not answer"),
        "",
        SAY("Wait a moment, or end it with “paddock stop --force SANDBOX”.")},
    Row{Kind::TimedOut, 75, SAY("This took too long"), "", SAY("Try again.")},
    Row{Kind::NotPermitted,
        77,
        SAY("This is not permitted"),
        "",
        SAY("Check who owns the file or socket that is named.")},
    Row{Kind::BadConfiguration,
        78,
        SAY("The configuration has an error"),
        "",
        SAY("Correct it; “paddock diagnose” checks it.")},
    Row{Kind::Cancelled, 130, SAY("Interrupted"), "", SAY("Run the command again to go on.")},
    Row{Kind::Failed,
        1,
        SAY("This did not work"),
        "",
        SAY("Run “paddock diagnose”; the log may tell more.")},
};

#undef SAY

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
