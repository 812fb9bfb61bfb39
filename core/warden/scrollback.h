#pragma once

#include <QByteArray>

#include <deque>
#include <set>

namespace core {

/// What a client that attaches is shown: the last lines of a terminal, as filtered bytes, in memory
/// only.
///
/// Bounded by lines and by bytes; whole lines are forgotten first. Private modes that were switched
/// in forgotten lines (alternate screen, mouse, bracketed paste, hidden cursor) are switched again
/// at the start of a replay.
class Scrollback
{
public:
    static constexpr qsizetype defaultLines = 10'000;
    static constexpr qsizetype defaultBytes = 4 << 20;

    explicit Scrollback(qsizetype maxLines = defaultLines, qsizetype maxBytes = defaultBytes);

    void append(const QByteArray &bytes);
    void clear();

    /// Bytes that bring a reset terminal to the present screen.
    [[nodiscard]] QByteArray replay() const;
    /// Whether the program has switched to the alternate screen, which only it can paint again.
    [[nodiscard]] bool isOnAlternateScreen() const;
    [[nodiscard]] qsizetype lines() const { return static_cast<qsizetype>(m_lines.size()); }
    [[nodiscard]] qsizetype bytes() const { return m_bytes; }

private:
    void forgetFirst();

    qsizetype m_maxLines;
    qsizetype m_maxBytes;
    qsizetype m_bytes = 0;
    std::deque<QByteArray> m_lines; ///< each with its newline, but for the last
    std::set<int> m_forgottenModes; ///< switched on by what has been forgotten
    std::set<int> m_modes;          ///< switched on by all there was
};

} // namespace core
