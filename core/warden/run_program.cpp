#include "core/warden/run_program.h"

#include <QProcess>
#include <QPromise>
#include <QTimer>

namespace core {
namespace {

constexpr qsizetype maxOutput = 8 << 20;
constexpr qsizetype maxError = 8 << 10;

/// One run; deletes itself when it is over.
class Run : public QObject
{
public:
    Run(QObject *context, const ProgramRequest &request)
        : QObject(context)
    {
        m_promise.start();
        auto environment = QProcessEnvironment::systemEnvironment();
        const auto names = environment.keys();
        for (const auto &name : names) {
            if (!request.withoutPrefix.isEmpty() && name.startsWith(request.withoutPrefix))
                environment.remove(name);
        }
        for (const auto &entry : request.environment)
            environment.insert(entry.section(u'=', 0, 0), entry.section(u'=', 1));
        m_process.setProcessEnvironment(environment);
        m_process.setProgram(request.argv.first());
        m_process.setArguments(request.argv.sliced(1));
        if (!request.directory.isEmpty())
            m_process.setWorkingDirectory(request.directory);
        m_process.setStandardInputFile(QProcess::nullDevice());
        connect(&m_process, &QProcess::readyReadStandardOutput, this, [this] { read(); });
        connect(
            &m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
                read();
                finish(status == QProcess::NormalExit ? code : -1);
            });
        connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                finish(-1);
        });
        QTimer::singleShot(request.patienceMs, this, [this] { m_process.kill(); });
        m_process.start(QProcess::ReadOnly);
    }
    ~Run() override { m_process.disconnect(this); }

    Future<ProgramOutput> future() { return m_promise.future(); }

private:
    void read()
    {
        m_result.output += m_process.readAllStandardOutput();
        if (m_result.output.size() > maxOutput)
            m_process.kill();
    }
    void finish(int code)
    {
        if (m_promise.future().isFinished())
            return;
        m_result.exitCode = code;
        m_result.error = m_process.readAllStandardError().left(maxError);
        m_promise.addResult(Result<ProgramOutput>(m_result));
        m_promise.finish();
        deleteLater();
    }

    QPromise<Result<ProgramOutput>> m_promise;
    QProcess m_process;
    ProgramOutput m_result;
};

} // namespace

Future<ProgramOutput> runProgram(QObject *context, const ProgramRequest &request)
{
    return (new Run(context, request))->future();
}

Future<> runAll(QObject *context, QList<QStringList> commands, int patienceMs)
{
    if (commands.isEmpty())
        return ready(Result<>());
    const auto argv = commands.takeFirst();
    return steps(context, runProgram(context, {.argv = argv, .patienceMs = patienceMs}))
        .then([=](const ProgramOutput &run) -> Future<> {
            if (run.exitCode == 0)
                return runAll(context, commands, patienceMs);
            const auto words = QString::fromLocal8Bit(run.error).trimmed();
            const bool full = words.contains(QLatin1StringView("No space left"));
            return ready(Result<>(std::unexpected(
                Error{full ? Error::Kind::NotEnoughDisk : Error::Kind::Failed, words})));
        })
        .finally([](const Result<> &) {});
}

} // namespace core
