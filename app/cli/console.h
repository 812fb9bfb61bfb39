#pragma once

#include "core/client/printable.h"
#include "core/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace cli {

/// Data, to standard output, with a line end.
void print(const QString &line);
/// One JSON document to standard output, with `"schema": 1`.
void printJson(QJsonObject object);
/// One JSON object on one line, for streams of them.
void printJsonLine(QJsonObject object);
/// Progress and remarks, to standard error.
void say(const QString &line);

/// Says what happened, why and what to do next; gives the exit code.
int fail(const core::Error &error);

/// All bytes to a descriptor, waiting where it is full; false when its reader is gone.
bool writeAll(int descriptor, const QByteArray &bytes);

using core::printable;

} // namespace cli
