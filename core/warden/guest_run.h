#pragma once

#include "core/async/steps.h"

#include <QByteArray>
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

/// The same, with what it writes to standard output: at most 64 KiB, Failed for more.
Future<QByteArray> outputInGuest(QObject *context,
    GuestControl &control,
    const QStringList &argv,
    std::chrono::milliseconds patience);

} // namespace core
