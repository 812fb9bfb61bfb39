#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

namespace core {

/// What a guest's terminal said beside its text. `text` is cleaned: no control or bidirectional
/// characters, bounded.
struct TerminalEvent
{
    enum class Kind {
        Title,          ///< OSC 0, 1, 2
        Bell,           ///< BEL, any number of them in one feed
        Notification,   ///< OSC 9, 99, 777
        BracketedPaste, ///< mode 2004; `on`
        FocusReports,   ///< mode 1004; `on`
    };

    Kind kind;
    QString text;
    bool on = false;
    friend bool operator==(const TerminalEvent &, const TerminalEvent &) = default;
};

/// Lets through what draws on a terminal and nothing that acts on the user's desktop or answers
/// queries with surprises.
///
/// Dropped: device control, application, privacy and start-of-string sequences; window operations;
/// clipboard, palette and hyperlink commands (a link's text stays); unknown escapes; control
/// characters without a meaning on screen; C1 controls in UTF-8. Titles, bells and notifications
/// become events. Version and colour queries are answered here, in our words. Sequences may be
/// split anywhere between feeds; an unfinished one holds at most `maxStringBytes`. Pure: no I/O.
class TerminalFilter
{
public:
    static constexpr qsizetype maxSequenceBytes = 256;
    static constexpr qsizetype maxStringBytes = 128 << 10;

    struct Filtered
    {
        QByteArray output;  ///< for clients
        QByteArray history; ///< for the scrollback: output without questions, which a replay would
                            ///< have answered again
        QByteArray reply;   ///< for the guest's terminal input
        QList<TerminalEvent> events;
    };

    [[nodiscard]] Filtered feed(QByteArrayView bytes);

    /// What a fresh filter is to be fed to go on as this one would.
    [[nodiscard]] QByteArray unfinished() const;

private:
    enum class State {
        Ground,
        LeadC2, ///< after 0xC2: a C1 control or an ordinary character
        Escape,
        EscapeIntermediate,
        ControlSequence,
        Command,       ///< operating system command (OSC)
        Ignored,       ///< any other string
        CommandEscape, ///< ESC inside an OSC: the first half of its end
        IgnoredEscape,
    };

    void step(char byte, Filtered &result);
    void ground(char byte, Filtered &result);
    void escape(char byte, Filtered &result);
    void controlSequence(char byte, Filtered &result);
    void string(char byte, Filtered &result);
    void stringEscape(char byte, Filtered &result);
    void endCommand(Filtered &result);

    State m_state = State::Ground;
    QByteArray m_sequence; ///< of an escape or control sequence, from its ESC on
    QByteArray m_command;  ///< of an operating system command, without its introducer
};

/// Text of a guest made fit to be shown: plain, one line, at most `maxLength` characters.
QString cleanedText(const QByteArray &utf8, int maxLength);

} // namespace core
