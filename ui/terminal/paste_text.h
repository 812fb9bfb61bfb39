#pragma once

#include <QString>

namespace ui {

/// Text from a clipboard or a drop made safe for a terminal: line ends are CR; control characters
/// but TAB and CR, ESC above all, and characters that reverse the reading direction are gone.
QString cleanedPaste(const QString &text);

/// Whether a program takes a paste as one piece ("bracketed") or line by line as if typed.
enum class PasteTaker { OnePiece, LineByLine };

/// What is worth asking about before cleaned text goes to a program.
enum class PasteRisk { None, ManyLines, Large };
PasteRisk pasteRisk(const QString &clean, PasteTaker taker);
int pasteLines(const QString &clean);

/// The same text as one line: line ends become blanks.
QString asOneLine(const QString &clean);

/// A path as one word of a POSIX shell.
QString shellQuoted(const QString &path);

} // namespace ui
