#include "core/warden/vmm_error.h"

#include <utility>

namespace core {
namespace {

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
    return {.kind = kindOf(error.kind), .detail = error.detail};
}

} // namespace core
