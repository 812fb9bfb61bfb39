#include "ui/terminal/paste_text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr qsizetype largePaste = 100'000; ///< characters

bool isHarmful(QChar character)
{
    const ushort code = character.unicode();
    const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    if (control)
        return code != '\t' && code != '\r';
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

} // namespace

QString cleanedPaste(const QString &text)
{
    QString clean = text;
    clean.replace("\r\n"_L1, "\r"_L1);
    clean.replace(u'\n', u'\r');
    clean.removeIf(isHarmful);
    return clean;
}

PasteRisk pasteRisk(const QString &clean, PasteTaker taker)
{
    if (clean.size() > largePaste)
        return PasteRisk::Large;
    return taker == PasteTaker::LineByLine && pasteLines(clean) > 1 ? PasteRisk::ManyLines
                                                                    : PasteRisk::None;
}

int pasteLines(const QString &clean)
{
    return int(clean.count(u'\r')) + (clean.isEmpty() || clean.endsWith(u'\r') ? 0 : 1);
}

QString asOneLine(const QString &clean)
{
    QString line = clean;
    while (line.endsWith(u'\r'))
        line.chop(1);
    return line.replace(u'\r', u' ');
}

QString shellQuoted(const QString &path)
{
    const auto plain = [](QChar character) {
        return character.isLetterOrNumber() || QStringView(u"/._-+@%").contains(character);
    };
    if (!path.isEmpty() && std::ranges::all_of(path, plain))
        return path;
    QString quoted = path;
    quoted.replace(u'\'', "'\\''"_L1);
    return u'\'' + quoted + u'\'';
}

} // namespace ui
