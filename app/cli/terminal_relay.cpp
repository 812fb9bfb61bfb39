#include "app/cli/terminal_relay.h"

#include "app/cli/console.h"
#include "app/cli/detach_keys.h"
#include "app/cli/raw_terminal.h"
#include "app/cli/signals.h"

#include <QPromise>
#include <QSocketNotifier>

#include <cerrno>
#include <csignal>
#include <optional>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

/// More than this typed and not taken: standard input waits.
constexpr qint64 maxUnsentBytes = 1 << 20;

class TerminalRelay : public QObject
{
public:
    TerminalRelay(std::shared_ptr<core::TerminalSession> session, QString sandbox)
        : m_session(std::move(session))
        , m_sandbox(std::move(sandbox))
        , m_input(STDIN_FILENO, QSocketNotifier::Read)
    {
        m_promise.start();
        m_terminal.emplace();
        using Session = core::TerminalSession;
        connect(m_session.get(), &Session::output, this, [this](const QByteArray &bytes) {
            show(bytes);
        });
        connect(m_session.get(), &Session::exited, this, [this](const core::CommandExit &exit) {
            ended(exit);
        });
        connect(m_session.get(), &Session::detached, this, [this] {
            finish(69, u"the connection to %1 was lost; it may have stopped"_s.arg(m_sandbox));
        });
        connect(m_session.get(), &Session::written, this, [this] {
            m_input.setEnabled(m_session->unsent() < maxUnsentBytes);
        });
        connect(&m_input, &QSocketNotifier::activated, this, [this] { typed(); });
        connect(&m_signals, &Signals::arrived, this, [this](int number) { signalled(number); });
        resize();
    }
    QFuture<int> future() { return m_promise.future(); }

private:
    void show(const QByteArray &bytes)
    {
        m_terminal->note(bytes);
        writeAll(STDOUT_FILENO, bytes);
    }
    void typed()
    {
        char bytes[4096];
        const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            return;
        if (count <= 0) {
            detach();
            return;
        }
        const DetachKeys::Typed typed = m_keys.feed(QByteArray(bytes, count));
        if (!typed.forward.isEmpty())
            m_session->write(typed.forward);
        m_input.setEnabled(m_session->unsent() < maxUnsentBytes);
        if (typed.detach)
            detach();
    }
    void detach()
    {
        finish(0, u"detached; %1 goes on. Come back with “paddock attach %1”"_s.arg(m_sandbox));
    }
    void ended(const core::CommandExit &exit)
    {
        if (exit.failure.isEmpty())
            finish(exit.code, {});
        else
            finish(125, u"it could not start: "_s + printable(exit.failure));
    }
    void signalled(int number)
    {
        if (number == SIGWINCH)
            resize();
        else // the terminal is going away, or someone wants this program to end; the sandbox goes
             // on
            finish(128 + number, u"detached"_s);
    }
    void resize()
    {
        const TerminalSize size = terminalSize();
        m_session->resize(size.columns, size.rows);
    }
    void finish(int code, const QString &remark)
    {
        if (!m_terminal)
            return;
        m_input.setEnabled(false);
        m_terminal.reset();
        if (!remark.isEmpty())
            say(remark);
        m_promise.addResult(code);
        m_promise.finish();
        deleteLater();
    }

    std::shared_ptr<core::TerminalSession> m_session;
    QString m_sandbox;
    QPromise<int> m_promise;
    std::optional<RawTerminal> m_terminal; ///< empty when it is over
    DetachKeys m_keys;
    Signals m_signals;
    QSocketNotifier m_input;
};

} // namespace

QFuture<int> relayTerminal(std::shared_ptr<core::TerminalSession> session, const QString &sandbox)
{
    auto *relay = new TerminalRelay(std::move(session), sandbox);
    return relay->future();
}

} // namespace cli
