#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QHash>
#include <QString>

/// The secrets that the starting client wrote on descriptor 0; waits for them for at most 5 s, and
/// never for a terminal. What was read is wiped. Descriptor 0 is /dev/null afterwards.
QHash<QString, QByteArray> readSecrets();

/// Tells the client on descriptor 1, once, and closes it.
void reportReady(const QString &socket);
void reportError(const core::Error &error);
