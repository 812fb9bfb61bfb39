#include "vmm/program.h"

#include <QObject>
#include <QProcess>
#include <QPromise>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

constexpr qsizetype maxOutputBytes = 1 << 20;
constexpr qsizetype maxErrorBytes = 8 << 10;

/// One run; deletes itself once it has answered.
class ProgramRun final : public QObject
{
public:
    ProgramRun(const CommandLine &command, std::chrono::milliseconds limit)
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"LC_ALL"_s, u"C"_s);
        m_process.setProcessEnvironment(environment);
        m_process.setStandardInputFile(QProcess::nullDevice());
        connect(&m_process, &QProcess::finished, this, [this] { finish(outcome()); });
        connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                finish(failure(Error::Kind::ProcessFailed, m_process.errorString()));
        });
        connect(&m_process, &QProcess::readyReadStandardOutput, this, &ProgramRun::read);
        connect(&m_process, &QProcess::readyReadStandardError, this, &ProgramRun::read);
        m_promise.start();
        m_process.start(command.program, command.arguments);
        QTimer::singleShot(limit, this, [this] {
            finish(failure(Error::Kind::TimedOut, u"gave no answer in time"_s));
            m_process.kill();
        });
    }
    [[nodiscard]] Future<ProgramOutput> future() const { return m_promise.future(); }

private:
    Result<ProgramOutput> outcome()
    {
        read();
        const bool killed = m_process.exitStatus() == QProcess::CrashExit;
        return ProgramOutput{.exitCode = m_process.exitCode() + (killed ? 128 : 0),
            .output = m_output,
            .errors = QString::fromLocal8Bit(m_errors)};
    }
    [[nodiscard]] Result<ProgramOutput> failure(Error::Kind kind, const QString &what) const
    {
        return std::unexpected(Error{.kind = kind, .detail = m_process.program() + u": "_s + what});
    }
    void read()
    {
        m_output += m_process.readAllStandardOutput().left(maxOutputBytes - m_output.size());
        m_errors += m_process.readAllStandardError().left(maxErrorBytes - m_errors.size());
    }
    void finish(Result<ProgramOutput> result)
    {
        if (m_promise.future().isFinished())
            return;
        m_promise.addResult(std::move(result));
        m_promise.finish();
        deleteLater();
    }

    QProcess m_process;
    QPromise<Result<ProgramOutput>> m_promise;
    QByteArray m_output;
    QByteArray m_errors;
};

} // namespace

Future<ProgramOutput> runProgram(const CommandLine &command, std::chrono::milliseconds limit)
{
    // It owns itself: there is nobody else that lives until the program has ended.
    return (new ProgramRun(command, limit))->future();
}

} // namespace vmm
