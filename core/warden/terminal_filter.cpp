#include "core/warden/terminal_filter.h"

#include "core/warden/terminal_sequences.h"

#include <utility>

namespace core {
namespace {

constexpr char bell = 0x07;
constexpr char cancel = 0x18;
constexpr char substitute = 0x1a;
constexpr char escapeByte = 0x1b;
constexpr char deleteByte = 0x7f;
constexpr char leadC2 = '\xc2';

bool isBetween(char byte, unsigned char first, unsigned char last)
{
    const auto value = static_cast<unsigned char>(byte);
    return value >= first && value <= last;
}

/// Backspace, tab, line feeds, carriage return, shifts between character sets.
bool drawsOnScreen(char control)
{
    return isBetween(control, 0x08, 0x0f);
}

bool isText(char byte)
{
    return isBetween(byte, 0x20, 0x7e) || drawsOnScreen(byte) ||
           (isBetween(byte, 0x80, 0xff) && byte != leadC2);
}

void addBell(TerminalFilter::Filtered &result)
{
    const TerminalEvent event{.kind = TerminalEvent::Kind::Bell, .text = {}};
    if (!result.events.contains(event))
        result.events.append(event);
}

bool isDirectionMark(QChar character)
{
    const auto code = character.unicode();
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0x200e || code == 0x200f || code == 0x061c;
}

} // namespace

QString cleanedText(const QByteArray &utf8, int maxLength)
{
    QString text;
    for (const auto character :
        QString::fromUtf8(utf8.left(4 * static_cast<qsizetype>(maxLength) + 4))) {
        const auto category = character.category();
        if (character.isSpace() || category == QChar::Separator_Line)
            text += u' ';
        else if (category != QChar::Other_Control && category != QChar::Other_Format &&
                 !isDirectionMark(character))
            text += character;
    }
    text = text.simplified().left(maxLength);
    if (!text.isEmpty() && text.back().isHighSurrogate())
        text.chop(1);
    return text;
}

TerminalFilter::Filtered TerminalFilter::feed(QByteArrayView bytes)
{
    Filtered result;
    result.output.reserve(bytes.size());
    const char *at = bytes.begin();
    const char *const end = bytes.end();
    while (at != end) {
        // Text is the common case and passes in one piece, with its line ends.
        const char *const text = at;
        while (m_state == State::Ground && at != end && isText(*at))
            ++at;
        result.output.append(text, at - text);
        result.history.append(text, at - text);
        if (at != end)
            step(*at++, result);
    }
    return result;
}

void TerminalFilter::step(char byte, Filtered &result)
{
    switch (m_state) {
    case State::Ground:
        return ground(byte, result);
    case State::LeadC2:
        m_state = State::Ground;
        if (isBetween(byte, 0x80, 0x9f))
            return; // a C1 control, which some terminals obey
        if (isBetween(byte, 0xa0, 0xbf))
            terminal::pass(QByteArray(1, leadC2) + byte, result);
        else
            ground(byte, result);
        return;
    case State::Escape:
    case State::EscapeIntermediate:
        return escape(byte, result);
    case State::ControlSequence:
        return controlSequence(byte, result);
    case State::Command:
    case State::Ignored:
        return string(byte, result);
    case State::CommandEscape:
    case State::IgnoredEscape:
        return stringEscape(byte, result);
    }
    std::unreachable();
}

void TerminalFilter::ground(char byte, Filtered &result)
{
    if (byte == escapeByte) {
        m_sequence = QByteArray(1, byte);
        m_state = State::Escape;
    } else if (byte == leadC2) {
        m_state = State::LeadC2;
    } else if (byte == bell) {
        addBell(result);
    } else if (drawsOnScreen(byte) || (byte != deleteByte && !isBetween(byte, 0x00, 0x1f))) {
        terminal::pass(QByteArray(1, byte), result);
    }
}

void TerminalFilter::escape(char byte, Filtered &result)
{
    if (byte == escapeByte || byte == cancel || byte == substitute) {
        m_state = State::Ground;
        return ground(byte, result);
    }
    if (isBetween(byte, 0x00, 0x1f) || byte == deleteByte)
        return;
    m_sequence.append(byte);
    if (m_state == State::Escape && byte == '[') {
        m_state = State::ControlSequence;
    } else if (m_state == State::Escape && byte == ']') {
        m_command.clear();
        m_state = State::Command;
    } else if (m_state == State::Escape &&
               (byte == 'P' || byte == 'X' || byte == '^' || byte == '_')) {
        m_state = State::Ignored;
    } else if (isBetween(byte, 0x20, 0x2f) && m_sequence.size() < maxSequenceBytes) {
        m_state = State::EscapeIntermediate;
    } else {
        m_state = State::Ground;
        terminal::applyEscape(m_sequence, result);
    }
}

void TerminalFilter::controlSequence(char byte, Filtered &result)
{
    if (byte == escapeByte || byte == cancel || byte == substitute) {
        m_state = State::Ground;
        return ground(byte, result);
    }
    if (isBetween(byte, 0x00, 0x1f) || byte == deleteByte)
        return;
    m_sequence.append(byte);
    const bool isFinal = isBetween(byte, 0x40, 0x7e);
    if (isFinal && m_sequence.size() <= maxSequenceBytes)
        terminal::applyControlSequence(m_sequence, result);
    if (isFinal || isBetween(byte, 0x80, 0xff))
        m_state = State::Ground;
    else if (m_sequence.size() > maxSequenceBytes)
        m_sequence.truncate(maxSequenceBytes); // too long to mean anything: swallowed up to its end
}

void TerminalFilter::string(char byte, Filtered &result)
{
    const bool isCommand = m_state == State::Command;
    if (byte == escapeByte) {
        m_state = isCommand ? State::CommandEscape : State::IgnoredEscape;
    } else if (byte == cancel || byte == substitute) {
        m_state = State::Ground;
    } else if (byte == bell && isCommand) {
        endCommand(result);
    } else if (isCommand && m_command.size() <= maxStringBytes) {
        m_command.append(byte); // one byte past the limit marks it as too long
    }
}

void TerminalFilter::stringEscape(char byte, Filtered &result)
{
    const bool isCommand = m_state == State::CommandEscape;
    if (byte == '\\') {
        if (isCommand)
            return endCommand(result);
        m_state = State::Ground;
        return;
    }
    // Any other escape ends the string without effect and begins a sequence of its own.
    m_sequence = QByteArray(1, escapeByte);
    m_state = State::Escape;
    escape(byte, result);
}

void TerminalFilter::endCommand(Filtered &result)
{
    m_state = State::Ground;
    if (m_command.size() <= maxStringBytes)
        terminal::applyCommand(std::exchange(m_command, {}), result);
    m_command.clear();
}

QByteArray TerminalFilter::unfinished() const
{
    switch (m_state) {
    case State::Ground:
        return {};
    case State::LeadC2:
        return QByteArrayLiteral("\xc2");
    case State::Escape:
    case State::EscapeIntermediate:
    case State::ControlSequence:
        return m_sequence;
    case State::Command:
        return QByteArrayLiteral("\x1b]") + m_command;
    case State::CommandEscape:
        return QByteArrayLiteral("\x1b]") + m_command + '\x1b';
    case State::Ignored:
        return QByteArrayLiteral("\x1b_");
    case State::IgnoredEscape:
        return QByteArrayLiteral("\x1b_\x1b");
    }
    std::unreachable();
}

} // namespace core
