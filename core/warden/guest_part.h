#pragma once

#include <QString>

namespace core {

/// The initrd's part with the guest agent, `guest.cpio`: beside this program or in
/// ../share/paddock; what PADDOCK_GUEST names wins. When it is nowhere, the place where it should
/// be.
QString guestPart();

} // namespace core
