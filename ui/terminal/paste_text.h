#pragma once

#include <QString>

namespace ui {

/// Text from a clipboard or a drop made safe for a terminal: line ends are CR; control characters
/// but TAB and CR, ESC above all, and characters that reverse the reading direction are gone.
QString cleanedPaste(const QString &text);

/// A path as one word of a POSIX shell.
QString shellQuoted(const QString &path);

} // namespace ui
