#pragma once

#include <QString>

#include <expected>

namespace core {

/// Why something the user asked for did not happen. `detail` is for the log and for `--json`, in
/// English; ui/text and app/cli make the sentence with the next step out of `kind`.
struct Error
{
    enum class Kind {
        Usage, ///< the request makes no sense as written; detail says which part
        NoSuchSandbox,
        NameTaken,
        StateConflict, ///< not possible in the sandbox's present state
        FolderRefused, ///< missing, unreadable, a file, `/`, home, Paddock's own data, or it would
                       ///< hide a guest directory
        UnknownAgent,
        ImageMissing,
        ImageDamaged,
        QemuMissing,
        QemuTooOld,
        EmulationNotAccepted, ///< no hardware acceleration, and no consent to software emulation
        NotEnoughMemory,
        NotEnoughDisk,
        GuestSilent,   ///< the machine started and never answered
        MachineFailed, ///< QEMU ended or refused
        DockerFailed,
        AgentMissing,  ///< the agent's program is not in the image
        PolicyInvalid, ///< detail has line:column
        RefusedByPolicy,
        KeychainUnavailable,
        CredentialMissing,
        SyncHalted,
        NotAnswering, ///< the warden does not answer
        TimedOut,
        NotPermitted,
        BadConfiguration,
        Cancelled,
        Failed, ///< anything else; detail says what
    };

    Kind kind;
    QString detail;
    friend bool operator==(const Error &, const Error &) = default;
};

template <typename T = void>
using Result = std::expected<T, Error>;

} // namespace core
