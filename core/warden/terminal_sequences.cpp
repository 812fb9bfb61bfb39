#include "core/warden/terminal_sequences.h"

#include <QList>

#include <string_view>

namespace core::terminal {
namespace {

using Kind = TerminalEvent::Kind;

constexpr int maxTitle = 100;
constexpr int maxNotification = 200;

void addEvent(TerminalFilter::Filtered &result, Kind kind, const QString &text, bool on = false)
{
    // A flood in one read is one event; the last title counts.
    for (auto &event : result.events) {
        if (event.kind == kind) {
            event = {.kind = kind, .text = text, .on = on};
            return;
        }
    }
    result.events.append({.kind = kind, .text = text, .on = on});
}

/// The numbers of `ESC [ ? a ; b h`.
QList<int> parameters(const QByteArray &sequence)
{
    QList<int> numbers;
    for (const auto &part : sequence.mid(3, sequence.size() - 4).split(';'))
        numbers.append(part.toInt());
    return numbers;
}

/// Private modes: those the warden keeps book of become events; focus reports are sent by our own
/// window.
void applyPrivateMode(const QByteArray &sequence, TerminalFilter::Filtered &result)
{
    const bool on = sequence.endsWith('h');
    bool passes = true;
    for (const int mode : parameters(sequence)) {
        if (mode == 2004)
            addEvent(result, Kind::BracketedPaste, {}, on);
        if (mode == 3 || mode == 40) // would change the width of the window
            passes = false;
        if (mode == 1004) {
            addEvent(result, Kind::FocusReports, {}, on);
            passes = false;
        }
    }
    if (passes)
        pass(sequence, result);
}

/// The colours that agents ask for to choose between light and dark: those of our default scheme.
void answerColour(
    const QByteArray &number, const QByteArray &argument, TerminalFilter::Filtered &result)
{
    if (argument != "?")
        return; // setting a colour is not the guest's business
    const QByteArray colour = number == "11" ? "rgb:1e1e/1e1e/1e1e" : "rgb:d4d4/d4d4/d4d4";
    result.reply.append("\x1b]" + number + ';' + colour + "\x1b\\");
}

void notify(const QByteArray &text, TerminalFilter::Filtered &result)
{
    const auto cleaned = cleanedText(text, maxNotification);
    if (!cleaned.isEmpty())
        addEvent(result, Kind::Notification, cleaned);
}

} // namespace

void pass(const QByteArray &bytes, TerminalFilter::Filtered &result)
{
    result.output.append(bytes);
    result.history.append(bytes);
}

void applyEscape(const QByteArray &sequence, TerminalFilter::Filtered &result)
{
    const char second = sequence[1];
    const bool isPlain = sequence.size() == 2 && std::string_view("78=>DEHMc").contains(second);
    const bool isCharacterSet = sequence.size() == 3 && std::string_view("()*+").contains(second) &&
                                sequence.back() >= '0' && sequence.back() <= '~';
    const bool isAlignment = sequence == "\x1b#8";
    if (isPlain || isCharacterSet || isAlignment)
        pass(sequence, result);
}

void applyControlSequence(const QByteArray &sequence, TerminalFilter::Filtered &result)
{
    const char first = sequence[2];
    const char last = sequence.back();
    const char beforeLast = sequence[sequence.size() - 2];
    const bool hasIntermediate = beforeLast >= 0x20 && beforeLast <= 0x2f;
    const bool isMarked = first >= '<' && first <= '?';

    if (isMarked && first == '>' && last == 'q') {
        result.reply.append(QByteArrayLiteral("\x1bP>|paddock " PADDOCK_VERSION "\x1b\\"));
        return;
    }
    if (isMarked) {
        if (first == '?' && !hasIntermediate && (last == 'h' || last == 'l'))
            applyPrivateMode(sequence, result);
        else if (first == '?' && !hasIntermediate && std::string_view("JK").contains(last))
            pass(sequence, result);
        return;
    }
    if (hasIntermediate) { // soft reset, cursor shape
        if (sequence == "\x1b[!p" || (beforeLast == ' ' && last == 'q'))
            pass(sequence, result);
        return;
    }
    if (std::string_view("cn").contains(
            last)) // what are you, where is the cursor: the terminal answers
        result.output.append(sequence);
    else if (std::string_view("@ABCDEFGHIJKLMPSTXZ`abdefghlmrsu").contains(last))
        pass(sequence, result);
}

void applyCommand(const QByteArray &command, TerminalFilter::Filtered &result)
{
    const auto separator = command.indexOf(';');
    const auto number = command.left(separator < 0 ? command.size() : separator);
    const auto argument = separator < 0 ? QByteArray() : command.mid(separator + 1);

    if (number == "0" || number == "1" || number == "2")
        addEvent(result, Kind::Title, cleanedText(argument, maxTitle));
    else if (number == "9" && !argument.startsWith("4;")) // 9;4 is progress
        notify(argument, result);
    else if (number == "99")
        notify(argument.mid(argument.indexOf(';') + 1), result);
    else if (number == "777" && argument.startsWith("notify;"))
        notify(argument.mid(7), result);
    else if (number == "10" || number == "11" || number == "12")
        answerColour(number, argument, result);
}

} // namespace core::terminal
