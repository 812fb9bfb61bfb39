#include "core/client/printable.h"

namespace core {

namespace {

bool isUnsafe(QChar c)
{
    const char16_t code = c.unicode();
    const bool control =
        (code < 0x20 && code != u'\n' && code != u'\t') || (code >= 0x7f && code < 0xa0);
    const bool direction = (code >= 0x202a && code <= 0x202e) ||
                           (code >= 0x2066 && code <= 0x2069) || code == 0x200e || code == 0x200f ||
                           code == 0x061c;
    return control || direction;
}

} // namespace

QString printable(QString text)
{
    for (QChar &c : text) {
        if (isUnsafe(c))
            c = QChar::ReplacementCharacter;
    }
    return text;
}

} // namespace core
