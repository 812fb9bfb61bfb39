#include "core/warden/vmm_error.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

/// What QEMU says of a call that the system refused: it has no codes of its own for that.
std::optional<Error::Kind> shortageIn(const QString &words)
{
    if (words.contains("No space left on device"_L1))
        return Error::Kind::NotEnoughDisk;
    if (words.contains("Cannot allocate memory"_L1) || words.contains("failed to allocate"_L1))
        return Error::Kind::NotEnoughMemory;
    return std::nullopt;
}

Error::Kind kindOf(vmm::Error::Kind kind)
{
    using From = vmm::Error::Kind;
    using To = Error::Kind;
    switch (kind) {
    case From::ProcessFailed:
    case From::ProtocolViolation:
    case From::Refused:
    case From::TimedOut:
        return To::MachineFailed;
    case From::QemuMissing:
        return To::QemuMissing;
    case From::QemuTooOld:
        return To::QemuTooOld;
    case From::ImageMissing:
        return To::ImageMissing;
    case From::ImageDamaged:
        return To::ImageDamaged;
    case From::DiskFull:
        return To::NotEnoughDisk;
    case From::InvalidSpec:
        return To::BadConfiguration;
    case From::Io:
        return To::Failed;
    case From::Cancelled:
        return To::Cancelled;
    }
    std::unreachable();
}

} // namespace

Error fromVmm(const vmm::Error &error)
{
    const auto shortage =
        error.kind == vmm::Error::Kind::Cancelled ? std::nullopt : shortageIn(error.detail);
    return {.kind = shortage.value_or(kindOf(error.kind)), .detail = error.detail};
}

} // namespace core
