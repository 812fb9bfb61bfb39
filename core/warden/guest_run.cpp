#include "core/warden/guest_run.h"

#include "core/warden/guest_command.h"
#include "core/warden/guest_control.h"
#include "core/warden/terminal.h"

#include <QJsonArray>
#include <QPromise>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype maxOutput = 64 << 10;

enum class Output { Drop, Keep };

/// One command on its way; deletes itself when it has ended.
class GuestRun : public QObject
{
public:
    GuestRun(
        QObject *context, std::unique_ptr<GuestCommand> command, const QString &name, Output output)
        : QObject(context)
        , m_name(name)
        , m_wanted(output)
        , m_command(std::move(command))
    {
        m_done.start();
        connect(m_command.get(),
            &GuestCommand::output,
            this,
            [this](link::Channel channel, link::BytesView bytes, qsizetype cost) {
                m_command->credit(cost);
                if (m_wanted == Output::Keep && channel == link::Channel::Output)
                    take(bytes);
            });
        // Queued, since what follows may end the command and its connection.
        connect(
            m_command.get(),
            &GuestCommand::ended,
            this,
            [this](const QJsonObject &how) { ended(how); },
            Qt::QueuedConnection);
    }
    ~GuestRun() override { finish(Error::Kind::Cancelled, u"given up"_s); }

    Future<QByteArray> future(std::chrono::milliseconds patience)
    {
        QTimer::singleShot(patience, this, [this] {
            finish(Error::Kind::TimedOut, u"%1 took too long in the sandbox"_s.arg(m_name));
        });
        return m_done.future();
    }

private:
    void take(link::BytesView bytes)
    {
        if (m_output.size() <= maxOutput)
            m_output.append(bytes.data(), qsizetype(bytes.size()));
    }
    void ended(const QJsonObject &how)
    {
        const auto code = exitCodeOf(how);
        if (code == 0 && m_output.size() <= maxOutput)
            return finish(m_output);
        if (code == 0)
            return finish(Error::Kind::Failed, u"%1 wrote too much in the sandbox"_s.arg(m_name));
        finish(Error::Kind::Failed,
            code ? u"%1 ended with %2 in the sandbox"_s.arg(m_name).arg(*code)
                 : how.value("failed"_L1).toString().left(300));
    }
    void finish(Error::Kind kind, const QString &detail)
    {
        finish(std::unexpected(Error{kind, detail}));
    }
    void finish(const Result<QByteArray> &result)
    {
        if (m_done.future().isFinished())
            return;
        m_done.addResult(result);
        m_done.finish();
        deleteLater();
    }

    QString m_name;
    Output m_wanted;
    std::unique_ptr<GuestCommand> m_command;
    QByteArray m_output;
    QPromise<Result<QByteArray>> m_done;
};

GuestRun *started(QObject *context,
    GuestControl &control,
    const QStringList &argv,
    const QString &user,
    Output output)
{
    const QJsonObject spec{{u"argv"_s, QJsonArray::fromStringList(argv)},
        {u"env"_s, QJsonObject()},
        {u"cwd"_s, u"/"_s},
        {u"user"_s, user},
        {u"terminal"_s, QJsonValue()}};
    return new GuestRun(context, control.exec(spec), argv.value(0), output);
}

} // namespace

Future<> runInGuest(QObject *context,
    GuestControl &control,
    const QStringList &argv,
    std::chrono::milliseconds patience,
    const QString &user)
{
    return started(context, control, argv, user, Output::Drop)
        ->future(patience)
        .then(context, [](const Result<QByteArray> &output) -> Result<> {
            if (!output)
                return std::unexpected(output.error());
            return {};
        });
}

Future<QByteArray> outputInGuest(QObject *context,
    GuestControl &control,
    const QStringList &argv,
    std::chrono::milliseconds patience)
{
    return started(context, control, argv, u"root"_s, Output::Keep)->future(patience);
}

} // namespace core
