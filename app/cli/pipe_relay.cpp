#include "app/cli/pipe_relay.h"

#include "app/cli/console.h"
#include "app/cli/signals.h"

#include <QPromise>
#include <QSocketNotifier>

#include <cerrno>
#include <csignal>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

constexpr qint64 maxUnsentBytes = 1 << 20;

class PipeRelay : public QObject
{
public:
    PipeRelay(std::shared_ptr<core::TerminalSession> session, Input input)
        : m_session(std::move(session))
        , m_input(STDIN_FILENO, QSocketNotifier::Read)
    {
        m_promise.start();
        using Session = core::TerminalSession;
        connect(m_session.get(), &Session::output, this, [this](const QByteArray &bytes) {
            pass(STDOUT_FILENO, bytes);
        });
        connect(m_session.get(), &Session::errorOutput, this, [this](const QByteArray &bytes) {
            pass(STDERR_FILENO, bytes);
        });
        connect(m_session.get(), &Session::exited, this, [this](const core::CommandExit &exit) {
            ended(exit);
        });
        connect(m_session.get(), &Session::detached, this, [this] {
            say(u"the connection to the sandbox was lost"_s);
            finish(69);
        });
        connect(m_session.get(), &Session::written, this, [this] {
            m_input.setEnabled(!m_inputOver && m_session->unsent() < maxUnsentBytes);
        });
        connect(&m_input, &QSocketNotifier::activated, this, [this] { forward(); });
        connect(&m_signals, &Signals::arrived, this, [this](int number) { signalled(number); });
        if (input == Input::None)
            endInput();
    }
    QFuture<int> future() { return m_promise.future(); }

private:
    void pass(int descriptor, const QByteArray &bytes)
    {
        if (!writeAll(descriptor, bytes))
            finish(128 + SIGPIPE);
    }
    void forward()
    {
        char bytes[64 << 10];
        const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            return;
        if (count <= 0) {
            endInput();
            return;
        }
        m_session->write(QByteArray(bytes, count));
        m_input.setEnabled(m_session->unsent() < maxUnsentBytes);
    }
    void endInput()
    {
        m_inputOver = true;
        m_input.setEnabled(false);
        m_session->closeInput();
    }
    void signalled(int number)
    {
        if (number == SIGWINCH)
            return;
        if (m_interrupted)
            finish(130);
        m_interrupted = true;
        m_session->sendSignal(number == SIGINT ? u"INT"_s : u"TERM"_s);
    }
    void ended(const core::CommandExit &exit)
    {
        if (!exit.failure.isEmpty())
            say(u"the command could not start: "_s + printable(exit.failure));
        finish(exit.failure.isEmpty() ? exit.code : 125);
    }
    void finish(int code)
    {
        if (m_over)
            return;
        m_over = true;
        m_inputOver = true;
        m_input.setEnabled(false);
        m_promise.addResult(code);
        m_promise.finish();
        deleteLater();
    }

    std::shared_ptr<core::TerminalSession> m_session;
    QPromise<int> m_promise;
    Signals m_signals;
    QSocketNotifier m_input;
    bool m_inputOver = false;
    bool m_interrupted = false;
    bool m_over = false;
};

} // namespace

QFuture<int> relayPipes(std::shared_ptr<core::TerminalSession> session, Input input)
{
    auto *relay = new PipeRelay(std::move(session), input);
    return relay->future();
}

} // namespace cli
