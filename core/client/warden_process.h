#pragma once

#include "core/async/steps.h"
#include "core/paths.h"
#include "core/sandbox/sandbox_id.h"

#include <QByteArray>
#include <QHash>
#include <QString>

namespace core {

/// A program of Paddock ("paddock-warden"): beside this one, in libexec, or in the directory
/// PADDOCK_LIBEXEC names. Empty when it is in none of them.
QString companionProgram(const QString &name);

/// Starts the warden of a sandbox in a session of its own, with the secrets on a pipe, and answers
/// when it says that it serves; its own reason when it says that it cannot. TimedOut after 20 s
/// without a word. The warden outlives this process.
Future<> startWarden(QObject *context,
    const Paths &paths,
    const SandboxId &id,
    const QHash<QString, QByteArray> &secrets);

/// Starts a program in a session of its own, with its standard streams on /dev/null; it outlives
/// this process.
Result<> startDetached(const QString &program, const QStringList &arguments);

} // namespace core
