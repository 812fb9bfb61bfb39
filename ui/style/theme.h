#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>

class QApplication;
class QLabel;
class QWidget;

namespace ui {

enum class ThemeChoice { System, Light, Dark };

/// Puts the Fusion style and one of two palettes of ours in place. System takes what the platform
/// says, else what its palette looks like.
void applyTheme(QApplication &application, ThemeChoice choice);

/// The one question every drawing decision asks.
bool isDark(const QPalette &palette);

/// The meaning of a colour; never the only sign of it.
enum class Tone { Neutral, Good, Busy, Attention, Problem };

/// Readable as text on `palette`'s window and base: contrast of at least 4.5.
QColor toneColor(Tone tone, const QPalette &palette);
/// For text that explains; still readable.
QColor quietColor(const QPalette &palette);
/// A line between areas.
QColor lineColor(const QPalette &palette);
/// The ground of a banner or badge.
QColor toneGround(Tone tone, const QPalette &palette);

/// resources/icons/NAME.svg in the palette's text colour, with a disabled variant.
QIcon themedIcon(const QString &name, const QPalette &palette);

/// Makes a label say its text in the quiet colour, or in bold and larger.
void makeQuiet(QLabel *label);
void makeHeading(QLabel *label);

inline constexpr int gapSmall = 6;
inline constexpr int gap = 12;
inline constexpr int gapLarge = 20;

} // namespace ui
