#include "ui/terminal/paste_text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

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
