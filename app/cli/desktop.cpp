#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/verbs.h"
#include "core/client/local_socket.h"
#include "core/client/warden_process.h"

#include <QJsonDocument>
#include <QLocalSocket>
#include <QPromise>
#include <QTimer>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using core::Error;

namespace cli {

namespace {

/// Sends one JSON line to the desktop's socket; NotAnswering when there is none.
class DesktopLine : public QObject
{
public:
    DesktopLine(const core::Paths &paths, QJsonObject message)
        : m_message(std::move(message))
    {
        m_promise.start();
        connect(&m_socket, &QLocalSocket::connected, this, [this] { send(); });
        connect(&m_socket, &QLocalSocket::bytesWritten, this, [this] {
            if (m_socket.bytesToWrite() == 0)
                finish({});
        });
        connect(&m_socket, &QLocalSocket::errorOccurred, this, [this] {
            finish(
                std::unexpected(Error{Error::Kind::NotAnswering, u"the desktop is not running"_s}));
        });
        QTimer::singleShot(5s, this, [this] {
            finish(std::unexpected(
                Error{Error::Kind::NotAnswering, u"the desktop does not answer"_s}));
        });
        m_socket.connectToServer(paths.desktopSocket());
    }
    core::Future<> future() { return m_promise.future(); }

private:
    void send()
    {
        if (const auto peer = core::ownPeer(m_socket); !peer) {
            finish(std::unexpected(peer.error()));
            return;
        }
        m_socket.write(QJsonDocument(m_message).toJson(QJsonDocument::Compact) + '\n');
    }
    void finish(core::Result<> result)
    {
        if (std::exchange(m_over, true))
            return;
        m_promise.addResult(std::move(result));
        m_promise.finish();
        deleteLater();
    }

    QJsonObject m_message;
    QLocalSocket m_socket;
    QPromise<core::Result<>> m_promise;
    bool m_over = false;
};

core::Future<> tell(const Cli &cli, const QJsonObject &message)
{
    auto *line = new DesktopLine(cli.paths, message);
    return line->future();
}

/// The arguments that make a new desktop show what was asked for.
core::Result<> startDesktop(const QStringList &arguments)
{
    const QString program = core::companionProgram(u"paddock-desktop"_s);
    if (program.isEmpty())
        return std::unexpected(Error{
            Error::Kind::BadConfiguration, u"paddock-desktop is not installed beside paddock"_s});
    if (!qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("WAYLAND_DISPLAY") &&
        !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        return std::unexpected(
            Error{Error::Kind::Failed, u"there is no display; use “paddock attach” here"_s});
    return core::startDetached(program, arguments);
}

QFuture<int> open(Cli &cli, const std::string &name)
{
    QJsonObject message{{u"command"_s, u"open"_s}};
    QStringList arguments;
    if (!name.empty()) {
        const auto sandbox = cli.find(name);
        if (!sandbox)
            return failed(sandbox.error());
        message.insert("sandbox"_L1, sandbox->settings.id.value);
        arguments = {u"--open"_s, sandbox->settings.id.value};
    }
    return tell(cli, message).then(&cli, [arguments](const core::Result<> &told) {
        if (told)
            return 0;
        if (told.error().kind != Error::Kind::NotAnswering)
            return fail(told.error());
        const auto started = startDesktop(arguments);
        return started ? 0 : fail(started.error());
    });
}

QFuture<int> quit(Cli &cli)
{
    return tell(cli, {{u"command"_s, u"quit"_s}}).then(&cli, [](const core::Result<> &told) {
        if (told)
            return 0;
        if (told.error().kind != Error::Kind::NotAnswering)
            return fail(told.error());
        say(u"the desktop is not running"_s);
        return 0;
    });
}

} // namespace

void addDesktop(Cli &cli)
{
    auto name = std::make_shared<std::string>(); // lives as long as the verb's callback
    cli.verb("open",
           "Show the desktop, on a sandbox if one is named",
           [&cli, name] { return open(cli, *name); })
        ->add_option("SANDBOX", *name, "Name or id");
    cli.verb("quit",
        "Quit the desktop; sandboxes go on unless desktop.on_quit says stop or suspend",
        [&cli] { return quit(cli); });
}

} // namespace cli
