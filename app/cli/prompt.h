#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>

namespace cli {

/// Asks yes or no on the terminal; only y and yes are yes. Blocks; ask only when `Cli::canAsk()`.
bool confirmed(const QString &question);

/// A line from the terminal without echo. Blocks.
core::Result<QByteArray> readHidden(const QString &prompt);

/// Standard input to its end, at most `limit` bytes. Blocks.
QByteArray readInput(qsizetype limit);

} // namespace cli
