#pragma once

#include <QString>

namespace core {

/// Where the warden finds what it starts.
struct WardenPrograms
{
    QString gateway;
    QString courier;
    QString guestPart;      ///< the initrd's part with the guest agent
    QString imageDirectory; ///< PADDOCK_IMAGE, or empty
};

} // namespace core
