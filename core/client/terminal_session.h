#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace core {

/// How a command in the sandbox ended.
struct CommandExit
{
    int code = 0;    ///< the exit code; 128 + signal for a signal
    QString failure; ///< not empty: it did not start, with the reason
    friend bool operator==(const CommandExit &, const CommandExit &) = default;
};

/// A running command in a sandbox seen from a client: bytes both ways, its size, its end.
/// Deleting it detaches from a terminal and hangs up a command without one.
class TerminalSession : public QObject
{
    Q_OBJECT

public:
    /// `socketPath` and `ticket` as answered by the warden; connects at once.
    TerminalSession(QString socketPath, QString ticket, QString terminal);
    ~TerminalSession() override;

    [[nodiscard]] QString terminal() const; ///< the terminal's id; empty for a command without one
    void write(const QByteArray &bytes);
    void resize(int columns, int rows);
    void sendSignal(const QString &name); ///< "INT", "TERM", …
    void closeInput();
    /// Stops and resumes reading, for a reader that is slower than the sandbox.
    void setReading(bool reading);
    /// Bytes given to `write` and not yet taken by the warden.
    [[nodiscard]] qint64 unsent() const;

signals:
    void output(const QByteArray &bytes);
    void errorOutput(const QByteArray &bytes);
    void replaying(); ///< what follows is scrollback
    void live();      ///< the replay is over
    void exited(const core::CommandExit &exit);
    void detached(); ///< the connection closed and the command goes on
    void written();  ///< unsent() became smaller

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace core
