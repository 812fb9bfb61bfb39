#pragma once

#include <QList>
#include <QStringList>

namespace cli {

/// Columns of text, each as wide as its longest cell, two blanks apart, with a header line. Cells
/// are made safe for a terminal.
QStringList tableLines(const QStringList &header, const QList<QStringList> &rows);
void printTable(const QStringList &header, const QList<QStringList> &rows);

} // namespace cli
