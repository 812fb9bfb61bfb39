#include "core/warden/scrollback.h"

#include <QList>

namespace core {
namespace {

/// Brings the set of modes that are on up to date with the `ESC [ ? … h` and `ESC [ ? … l` in a
/// line.
void trackModes(const QByteArray &line, std::set<int> &modes)
{
    for (auto at = line.indexOf("\x1b[?"); at >= 0; at = line.indexOf("\x1b[?", at + 3)) {
        auto end = at + 3;
        while (end < line.size() && (line[end] == ';' || (line[end] >= '0' && line[end] <= '9')))
            ++end;
        if (end == line.size() || (line[end] != 'h' && line[end] != 'l'))
            continue;
        for (const auto &number : line.mid(at + 3, end - at - 3).split(';')) {
            if (line[end] == 'h')
                modes.insert(number.toInt());
            else
                modes.erase(number.toInt());
        }
    }
}

} // namespace

Scrollback::Scrollback(qsizetype maxLines, qsizetype maxBytes)
    : m_maxLines(maxLines)
    , m_maxBytes(maxBytes)
{
}

void Scrollback::append(const QByteArray &bytes)
{
    trackModes(bytes, m_modes);
    qsizetype at = 0;
    while (at < bytes.size()) {
        const auto newline = bytes.indexOf('\n', at);
        const auto end = newline < 0 ? bytes.size() : newline + 1;
        const auto part = bytes.mid(at, end - at);
        // A line without an end (a progress bar redrawn for hours) is cut, so that it can be
        // forgotten in parts.
        const bool continues = !m_lines.empty() && !m_lines.back().endsWith('\n') &&
                               m_lines.back().size() < (64 << 10);
        if (continues)
            m_lines.back().append(part);
        else
            m_lines.push_back(part);
        m_bytes += part.size();
        at = end;
    }
    while (lines() > 1 && (lines() > m_maxLines || m_bytes > m_maxBytes))
        forgetFirst();
}

void Scrollback::forgetFirst()
{
    trackModes(m_lines.front(), m_forgottenModes);
    m_bytes -= m_lines.front().size();
    m_lines.pop_front();
}

void Scrollback::clear()
{
    while (!m_lines.empty())
        forgetFirst();
}

bool Scrollback::isOnAlternateScreen() const
{
    return m_modes.contains(1049) || m_modes.contains(1047) || m_modes.contains(47);
}

QByteArray Scrollback::replay() const
{
    QByteArray bytes = "\x1b[0m";
    for (const int mode : m_forgottenModes)
        bytes += "\x1b[?" + QByteArray::number(mode) + 'h';
    bytes.reserve(bytes.size() + m_bytes);
    for (const auto &line : m_lines)
        bytes += line;
    return bytes;
}

} // namespace core
