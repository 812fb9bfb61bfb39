#pragma once

#include "core/warden/guest_command.h"
#include "core/warden/outcome.h"
#include "core/warden/scrollback.h"
#include "core/warden/terminal_filter.h"

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace core {

/// Someone who looks at a terminal: one data connection.
class TerminalViewer
{
public:
    virtual ~TerminalViewer() = default;
    virtual void show(const QByteArray &bytes) = 0;
    virtual void showEnd(const QJsonObject &how) = 0;
    /// Whether it wants no more until it says so with Terminal::viewerReady.
    [[nodiscard]] virtual bool isFull() const = 0;
};

/// A terminal of the sandbox: a command with a PTY, its filtered scrollback, and any number of
/// viewers, who may come and go. The program waits for the slowest of them.
class Terminal : public QObject
{
    Q_OBJECT

public:
    struct Size
    {
        int columns = 80;
        int rows = 24;
        friend bool operator==(const Size &, const Size &) = default;
    };
    enum class Kind { Agent, Shell };

    Terminal(QString id, Kind kind, Size size, std::unique_ptr<GuestCommand> command);
    /// From what `saved` gave; it goes on once it is given its command. Nothing for what is no
    /// saved terminal.
    static std::unique_ptr<Terminal> restored(const QJsonObject &saved);
    [[nodiscard]] QJsonObject saved() const;
    /// Makes its program wait in the guest. Done when all that it wrote before is here; TimedOut
    /// after 10 s.
    Future<> park();
    /// Goes on with the program that was parked.
    void resume(std::unique_ptr<GuestCommand> command);
    /// No longer waits for the program to be parked; when it is after all, `parkedLate` tells.
    void goOn();
    [[nodiscard]] bool isWatched() const { return !m_viewers.isEmpty(); }
    [[nodiscard]] bool isParked() const { return isRunning() && !m_command; }
    /// Under which its program waits in the guest; also when the connection is lost, so that it is
    /// found after a snapshot that nobody has told it of.
    [[nodiscard]] static QString parkName(const QString &id) { return u't' + id; }
    [[nodiscard]] QString parkName() const { return parkName(m_id); }
    [[nodiscard]] qint64 received() const { return m_received; } ///< bytes of output; -1: not known

    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] bool isRunning() const { return !m_end.has_value(); }
    [[nodiscard]] QJsonObject toJson() const; ///< as in `terminal.list`
    /// The end as the guest told it; nothing while it runs.
    [[nodiscard]] const std::optional<QJsonObject> &end() const { return m_end; }

    /// The viewer gets what is to be replayed, and from then on all output. It detaches before it
    /// dies.
    [[nodiscard]] QByteArray attach(TerminalViewer *viewer);
    void detach(TerminalViewer *viewer);
    void viewerReady();

    /// While the program is parked it is kept, and sent when that goes on. False: no more of it
    /// until `writable`.
    bool write(link::BytesView bytes);
    void resize(Size size);
    void sendSignal(const QString &name);
    void hangUp();

signals:
    void event(const core::TerminalEvent &event);
    void outputSeen(); ///< the program wrote something
    void typed();      ///< a viewer wrote something
    void entered();    ///< with a line's end in it
    void writable();
    void ended(const QJsonObject &how);
    void parkedLate(); ///< after nobody wanted it any more; to be resumed

private:
    void connectCommand();
    void take(link::BytesView bytes, qsizetype cost);
    void finish(const QJsonObject &how);

    QString m_id;
    Kind m_kind;
    Size m_size;
    std::unique_ptr<GuestCommand> m_command; ///< null: parked, or restored after its end
    TerminalFilter m_filter;
    Scrollback m_scrollback;
    QList<TerminalViewer *> m_viewers;
    QString m_title;
    qint64 m_received = 0;
    qsizetype m_owed = 0; ///< output not yet credited, while a viewer is full
    std::optional<QJsonObject> m_end;
    std::optional<Outcome> m_parking;
    link::Bytes m_typed; ///< since parking began
    QTimer m_parkLimit;
};

QString toString(Terminal::Kind kind); ///< "agent", "shell"
/// The exit code of an "ended" message: 128 + the signal's number; nothing when the command never
/// ran.
std::optional<int> exitCodeOf(const QJsonObject &how);

} // namespace core
