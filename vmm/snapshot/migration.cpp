#include "vmm/snapshot/migration.h"

#include <QJsonArray>
#include <QThreadPool>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

constexpr int descriptorSet = 1;
constexpr qint64 bytesPerSecond = qint64(1)
                                  << 40; // QEMU's own limit makes a save of 115 MB take 7 s
constexpr int mostStandstillMs = 300;
constexpr std::chrono::milliseconds restPause{2};

QJsonObject capability(const QString &name, bool on)
{
    return {{u"capability"_s, name}, {u"state"_s, on}};
}

QList<qmp::Command> commandsFor(const Migration::Request &request)
{
    const bool saves = request.way == Migration::Way::Save;
    const QJsonArray capabilities{capability(u"events"_s, true),
        capability(u"mapped-ram"_s, request.memory == SavedMemory::Inside),
        capability(u"x-ignore-shared"_s, request.memory == SavedMemory::Elsewhere),
        capability(u"pause-before-switchover"_s,
            saves && request.switchover == Migration::Switchover::Hold)};
    const QString uri = u"file:/dev/fdset/%1"_s.arg(descriptorSet);
    return {
        {.name = u"add-fd"_s, .arguments = {{u"fdset-id"_s, descriptorSet}}},
        {.name = u"migrate-set-capabilities"_s, .arguments = {{u"capabilities"_s, capabilities}}},
        {.name = u"migrate-set-parameters"_s,
            .arguments = {{u"max-bandwidth"_s, bytesPerSecond},
                {u"downtime-limit"_s, mostStandstillMs}}},
        {.name = saves ? u"migrate"_s : u"migrate-incoming"_s, .arguments = {{u"uri"_s, uri}}},
    };
}

/// Who closes a new file last waits until ext4 has found room for all of it ("auto_da_alloc",
/// Documentation/admin-guide/ext4.rst of Linux): measured 190 ms for 280 MB. A machine need not
/// stand still for that.
void closeElsewhere(std::shared_ptr<Descriptor> file)
{
    QThreadPool::globalInstance()->start([file = std::move(file)] {});
}

} // namespace

Migration::Migration(qmp::Client &monitor, Request request)
    : m_monitor(monitor)
    , m_request(std::move(request))
    , m_commands(commandsFor(m_request))
    , m_done(std::make_shared<QPromise<Result<>>>())
{
    m_done->start();
    connect(&m_monitor, &qmp::Client::eventReceived, this, &Migration::take);
    connect(&m_monitor, &qmp::Client::closed, this, [this](const Error &reason) {
        finish(std::unexpected(reason));
    });
}

Migration::~Migration()
{
    finish(std::unexpected(Error{.kind = Error::Kind::Cancelled, .detail = u"given up"_s}));
}

Future<> Migration::run()
{
    QTimer::singleShot(m_request.limit, this, [this] {
        finish(std::unexpected(
            Error{.kind = Error::Kind::TimedOut, .detail = u"the state was not ready in time"_s}));
    });
    next();
    return m_done->future();
}

void Migration::next()
{
    if (m_commands.isEmpty() || m_done->future().isFinished())
        return;
    const auto command = m_commands.takeFirst();
    auto reply = command.name == "add-fd"_L1
                     ? m_monitor.sendWithDescriptor(command, m_request.file.number())
                     : m_monitor.execute(command);
    reply.then(this, [this](const Result<QJsonValue> &answer) {
        if (!answer)
            return finish(std::unexpected(answer.error()));
        next();
    });
}

void Migration::goOn()
{
    m_commands.append(
        {.name = u"migrate-continue"_s, .arguments = {{u"state"_s, u"pre-switchover"_s}}});
    next();
}

void Migration::giveUp(const Error &reason)
{
    m_monitor.execute({.name = u"migrate_cancel"_s, .arguments = {}});
    finish(std::unexpected(reason));
}

void Migration::take(const qmp::Event &event)
{
    if (event.name != "MIGRATION"_L1)
        return;
    const auto status = event.data[u"status"_s].toString();
    if (status == "completed"_L1)
        m_request.way == Way::Save ? awaitRest() : finish({});
    else if (status == "pre-switchover"_L1)
        emit held();
    else if (status == "failed"_L1 || status == "cancelled"_L1)
        explainFailure();
}

/// QEMU tells of a state that is written a moment before it is at rest, and refuses to let the
/// machine go on until then. There is no event for that.
void Migration::awaitRest()
{
    m_monitor.execute({.name = u"query-status"_s, .arguments = {}})
        .then(this, [this](const Result<QJsonValue> &answer) {
            if (answer && (*answer)[u"status"_s].toString() == "finish-migrate"_L1)
                QTimer::singleShot(restPause, this, &Migration::awaitRest);
            else
                finish({});
        });
}

void Migration::explainFailure()
{
    m_monitor.execute({.name = u"query-migrate"_s, .arguments = {}})
        .then(this, [this](const Result<QJsonValue> &answer) {
            const auto words = answer ? (*answer)[u"error-desc"_s].toString() : QString();
            finish(std::unexpected(Error{.kind = Error::Kind::ProcessFailed,
                .detail = words.isEmpty() ? u"QEMU could not finish the state"_s : words}));
        });
}

void Migration::finish(Result<> result)
{
    if (m_done->future().isFinished())
        return;
    // So that the set can be used again. QEMU's own copy is closed by then.
    m_monitor.execute({.name = u"remove-fd"_s, .arguments = {{u"fdset-id"_s, descriptorSet}}})
        .then([last = std::make_shared<Descriptor>(std::move(m_request.file))](
                  const Result<QJsonValue> &) mutable { closeElsewhere(std::move(last)); });
    const auto done = m_done;
    done->addResult(std::move(result));
    done->finish();
}

} // namespace vmm
