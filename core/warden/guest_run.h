#pragma once

#include "core/async/steps.h"

#include <QStringList>

#include <chrono>

namespace core {

class GuestControl;

/// Runs a program of the guest as root to its end, without input; what it writes is dropped. Fails
/// with Failed when it does not start or its exit code is not 0, with TimedOut (and hung up) after
/// `patience`.
Future<> runInGuest(QObject *context,
    GuestControl &control,
    const QStringList &argv,
    std::chrono::milliseconds patience,
    const QString &user = QStringLiteral("root"));

} // namespace core
