#include "app/cli/sizes.h"

#include <QLocale>
#include <QRegularExpression>

#include <cmath>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

core::Result<double> inMebibytes(const QString &text, double bareUnit)
{
    static const QRegularExpression form(
        uR"(^\s*([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([MGT]?)(?:i?B)?\s*$)"_s,
        QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return std::unexpected(core::Error{core::Error::Kind::Usage,
            u"\"%1\" is not a size; write it like 4GiB or 2048MiB"_s.arg(text)});
    const QString unit = match.captured(2).toUpper();
    double factor = bareUnit;
    if (unit == "M"_L1)
        factor = 1;
    else if (unit == "G"_L1)
        factor = 1024;
    else if (unit == "T"_L1)
        factor = 1024.0 * 1024.0;
    const double size = match.captured(1).toDouble() * factor;
    if (size < 1 || size > 1e9)
        return std::unexpected(
            core::Error{core::Error::Kind::Usage, u"the size %1 is out of range"_s.arg(text)});
    return size;
}

} // namespace

core::Result<int> mebibytes(const QString &text)
{
    return inMebibytes(text, 1).transform(
        [](double size) { return static_cast<int>(std::ceil(size)); });
}

core::Result<int> gibibytes(const QString &text)
{
    return inMebibytes(text, 1024).transform([](double size) {
        return static_cast<int>(std::ceil(size / 1024));
    });
}

QString sizeText(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeIecFormat);
}

} // namespace cli
