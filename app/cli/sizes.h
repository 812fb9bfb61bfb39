#pragma once

#include "core/result.h"

#include <QString>

namespace cli {

/// Mebibytes in "2G", "2GiB", "1.5G", "2048M", "2048MiB", "1T"; a bare number is mebibytes. Usage
/// for anything else.
core::Result<int> mebibytes(const QString &text);
/// Gibibytes, rounded up; a bare number is gibibytes.
core::Result<int> gibibytes(const QString &text);

/// "3.2 GiB", "12 KiB".
QString sizeText(qint64 bytes);

} // namespace cli
