#pragma once

#include <QString>

#include <expected>

namespace vmm {

/// Why an operation on a virtual machine failed. `detail` is for the log, never for the user.
struct Error
{
    enum class Kind {
        ProcessFailed,     ///< a program could not be started or ended with an error
        ProtocolViolation, ///< a peer did not keep to its protocol
        Refused,           ///< QEMU answered a command with an error
        TimedOut,
        QemuMissing,
        QemuTooOld,
        ImageMissing,
        ImageDamaged,
        DiskFull,
        InvalidSpec,
        Io,
        Cancelled,
    };

    Kind kind;
    QString detail;
    friend bool operator==(const Error &, const Error &) = default;
};

template <typename T = void>
using Result = std::expected<T, Error>;

} // namespace vmm
