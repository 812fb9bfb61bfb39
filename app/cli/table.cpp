#include "app/cli/table.h"

#include "app/cli/console.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace cli {

QStringList tableLines(const QStringList &header, const QList<QStringList> &rows)
{
    QList<QStringList> all{header};
    for (const QStringList &row : rows) {
        QStringList safe;
        for (const QString &cell : row)
            safe.append(printable(cell).replace(u'\n', u' '));
        all.append(safe);
    }
    QList<qsizetype> widths(header.size(), 0);
    for (const QStringList &row : std::as_const(all)) {
        for (qsizetype column = 0; column < widths.size(); ++column)
            widths[column] = std::max(widths[column], row.value(column).size());
    }
    QStringList lines;
    for (const QStringList &row : std::as_const(all)) {
        QString line;
        for (qsizetype column = 0; column < widths.size(); ++column)
            line += row.value(column).leftJustified(widths[column] + 2);
        lines.append(line.trimmed());
    }
    return lines;
}

void printTable(const QStringList &header, const QList<QStringList> &rows)
{
    for (const QString &line : tableLines(header, rows))
        print(line);
}

} // namespace cli
