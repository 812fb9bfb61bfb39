#include "core/client/warden_process.h"

#include "core/client/error_kind.h"
#include "core/client/spawn.h"
#include "core/warden/log_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPromise>
#include <QSocketNotifier>
#include <QTimer>

#include <chrono>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {

namespace {

constexpr auto readyDeadline = 20s;
constexpr qsizetype maxReadyBytes = 64 << 10;

QByteArray secretsLine(const QHash<QString, QByteArray> &secrets)
{
    QJsonObject values;
    for (const auto &[service, value] : secrets.asKeyValueRange())
        values.insert(service, QString::fromUtf8(value));
    return QJsonDocument(QJsonObject{{u"secrets"_s, values}}).toJson(QJsonDocument::Compact) + '\n';
}

Result<> readyFromLine(const QByteArray &line)
{
    const QJsonObject message = QJsonDocument::fromJson(line).object();
    if (message.value("ready"_L1).toBool())
        return {};
    const QJsonObject error = message.value("error"_L1).toObject();
    if (error.isEmpty())
        return std::unexpected(Error{Error::Kind::Failed,
            u"the warden ended before it was ready; its log is log/warden.log in the sandbox"_s});
    return std::unexpected(Error{errorKindFromString(error.value("kind"_L1).toString()),
        error.value("detail"_L1).toString()});
}

/// Reads the one line that a starting warden writes.
class ReadyLine : public QObject
{
public:
    explicit ReadyLine(UniqueDescriptor pipe)
        : m_pipe(std::move(pipe))
        , m_notifier(m_pipe.value(), QSocketNotifier::Read)
    {
        m_promise.start();
        connect(&m_notifier, &QSocketNotifier::activated, this, [this] { read(); });
        QTimer::singleShot(readyDeadline, this, [this] {
            finish(std::unexpected(Error{
                Error::Kind::TimedOut, u"the warden did not say within 20 s that it serves"_s}));
        });
    }
    ~ReadyLine() override
    {
        if (!m_done)
            finish(std::unexpected(Error{Error::Kind::Cancelled, u"given up"_s}));
    }
    Future<> future() { return m_promise.future(); }

private:
    void read()
    {
        char bytes[4096];
        const ssize_t count = ::read(m_pipe.value(), bytes, sizeof bytes);
        if (count > 0)
            m_line.append(bytes, count);
        if (count <= 0 || m_line.contains('\n') || m_line.size() > maxReadyBytes)
            finish(readyFromLine(m_line));
    }
    void finish(Result<> result)
    {
        if (m_done)
            return;
        m_done = true;
        m_notifier.setEnabled(false);
        m_promise.addResult(std::move(result));
        m_promise.finish();
        deleteLater();
    }

    UniqueDescriptor m_pipe;
    QSocketNotifier m_notifier;
    QPromise<Result<>> m_promise;
    QByteArray m_line;
    bool m_done = false;
};

Result<UniqueDescriptor> logOf(const Paths &paths, const SandboxId &id)
{
    const QString folder = paths.sandbox(id.value) + u"/log"_s;
    const QByteArray file = QFile::encodeName(folder + u"/warden.log"_s);
    makePrivateDirectory(folder);
    boundLog(QFile::decodeName(file));
    UniqueDescriptor log(
        open(file.constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (log.value() < 0)
        return std::unexpected(
            Error{Error::Kind::Failed, u"cannot write "_s + QFile::decodeName(file)});
    return log;
}

Error missingProgram(const QString &name)
{
    return {Error::Kind::BadConfiguration,
        u"%1 is neither beside %2 nor in libexec"_s.arg(
            name, QCoreApplication::applicationFilePath())};
}

} // namespace

QString companionProgram(const QString &name)
{
    const QString own = QCoreApplication::applicationDirPath();
    for (const QString &folder :
        {qEnvironmentVariable("PADDOCK_LIBEXEC"), own, own + u"/../libexec/paddock"_s}) {
        const QFileInfo program(folder + u'/' + name);
        if (!folder.isEmpty() && program.isFile() && program.isExecutable())
            return program.absoluteFilePath();
    }
    return {};
}

Future<> startWarden(QObject *context,
    const Paths &paths,
    const SandboxId &id,
    const QHash<QString, QByteArray> &secrets)
{
    const QString program = companionProgram(u"paddock-warden"_s);
    if (program.isEmpty())
        return ready(Result<>(std::unexpected(missingProgram(u"paddock-warden"_s))));
    Result<UniqueDescriptor> log = logOf(paths, id);
    if (!log)
        return ready(Result<>(std::unexpected(log.error())));
    const Result<Pipe> input = makePipe();
    Result<Pipe> output = makePipe();
    if (!input || !output)
        return ready(Result<>(std::unexpected(Error{Error::Kind::Failed, u"no pipe"_s})));
    const Result<> spawned = spawnDetached({.program = program,
        .arguments = {id.value},
        .input = input->read.value(),
        .output = output->write.value(),
        .error = log->value()});
    if (!spawned)
        return ready(Result<>(std::unexpected(spawned.error())));
    // A few hundred bytes: they always fit into an empty pipe, so this never blocks.
    const QByteArray line = secretsLine(secrets);
    if (write(input->write.value(), line.constData(), static_cast<size_t>(line.size())) !=
        line.size())
        return ready(
            Result<>(std::unexpected(Error{Error::Kind::Failed, u"the secrets did not fit"_s})));
    output->write = UniqueDescriptor();
    auto *readyLine = new ReadyLine(std::move(output->read));
    readyLine->setParent(context);
    return readyLine->future();
}

Result<> startDetached(const QString &program, const QStringList &arguments)
{
    const UniqueDescriptor null(open("/dev/null", O_RDWR | O_CLOEXEC));
    return spawnDetached({.program = program,
        .arguments = arguments,
        .input = null.value(),
        .output = null.value(),
        .error = null.value()});
}

} // namespace core
