#pragma once

#include "core/paths.h"

#include <QFuture>

namespace core {

/// What is known about this computer's acceleration without booting anything.
struct KnownAcceleration
{
    enum class Kind {
        Unknown,       ///< the first start finds out
        Works,         ///< a machine was seen to boot with it
        EmulationOnly, ///< there is none, or nothing boots with it
    };
    Kind kind = Kind::Unknown;
    QString detail; ///< one English sentence; empty while unknown
    friend bool operator==(const KnownAcceleration &, const KnownAcceleration &) = default;
};

/// Looks at the device, at QEMU and at the verdict kept for the newest image; 0.1 s.
QFuture<KnownAcceleration> knownAcceleration(QObject *context, const Paths &paths);

} // namespace core
