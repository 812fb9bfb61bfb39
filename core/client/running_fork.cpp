#include "core/client/running_fork.h"

#include "core/client/sandbox_folder.h"
#include "core/client/warden_client.h"
#include "core/warden/guest_part.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace core {

namespace {

constexpr int syncPatienceMs = 15'000;
constexpr int momentPatienceMs = 900'000;

} // namespace

RunningFork::RunningFork(Sandboxes &sandboxes, Request request)
    : m_sandboxes(sandboxes)
    , m_request(std::move(request))
{
}

RunningFork::~RunningFork()
{
    m_build.reset();
    if (m_lock)
        QDir(place()).removeRecursively();
}

/// In the source's own directory, so that the forks can link to what is made there.
QString RunningFork::place(const QString &name) const
{
    const auto place = m_sandboxes.paths().sandbox(m_request.source.value) + u"/forking"_s;
    return name.isEmpty() ? place : place + u'/' + name;
}

Future<QList<SandboxId>> RunningFork::run()
{
    using Forks = Result<QList<SandboxId>>;
    auto looked =
        m_sandboxes.refresh().then(this, [](const QList<SandboxStatus> &) { return Result<>(); });
    return steps(this, std::move(looked))
        .then([this] { return ready(begin()); })
        .then([this] { return rememberFiles(); })
        .then([this] { return takeMoment(); })
        .then([this] { return build(); })
        .then([this] {
            emit progress(u"writing %1 forks"_s.arg(m_request.count));
            return ready(m_sandboxes.createForks(m_fork));
        })
        .finally([this](const Forks &) { finish(); });
}

Result<> RunningFork::begin()
{
    const auto status = m_sandboxes.find(m_request.source.value);
    if (!status)
        return std::unexpected(Error{Error::Kind::NoSuchSandbox, m_request.source.value});
    if (status->state != SandboxState::Running)
        return std::unexpected(Error{Error::Kind::StateConflict,
            u"only a running sandbox can be forked, and %1 is %2"_s.arg(
                status->settings.name, toString(status->state))});
    m_fork = {.source = status->settings,
        .name = m_request.name,
        .count = m_request.count,
        .machine = {},
        .disks = {},
        .syncDirectory = place(u"sync"_s)};
    QStringList taken;
    for (const auto &one : m_sandboxes.all())
        taken << one.settings.name;
    if (const auto names = forkNames(m_fork, taken); !names)
        return std::unexpected(names.error());
    m_lock = FileLock::take(place() + u".lock"_s);
    if (!m_lock)
        return std::unexpected(
            Error{Error::Kind::StateConflict, u"it is being forked by another program"_s});
    QDir(place()).removeRecursively(); // of one that was killed
    if (!makePrivateDirectory(place()))
        return std::unexpected(Error{Error::Kind::NotPermitted, place()});
    return {};
}

/// Both sides are made equal first, as far as that goes: what is not shows as changed in the forks.
Future<> RunningFork::rememberFiles()
{
    emit progress(u"saving the sandbox as it is now"_s);
    return m_sandboxes.warden(m_request.source)
        ->call(u"sync.now"_s, {}, syncPatienceMs)
        .then(this, [this](const Result<QJsonObject> &) {
            return keepAncestor(
                m_sandboxes.paths().sandbox(m_request.source.value), place(u"sync"_s));
        });
}

Future<> RunningFork::takeMoment()
{
    return m_sandboxes.warden(m_request.source)
        ->call(u"fork.moment"_s, {}, momentPatienceMs)
        .then(this, [this](const Result<QJsonObject> &taken) -> Result<> {
            if (!taken)
                return std::unexpected(taken.error());
            const auto settings = readSettings(m_sandboxes.paths(), m_request.source);
            QFile terminals(place(u"moment/terminals.json"_s));
            if (!settings)
                return std::unexpected(settings.error());
            if (!terminals.open(QFile::ReadOnly))
                return std::unexpected(Error{Error::Kind::Failed, terminals.errorString()});
            m_fork.source = *settings;
            m_fork.disks = place(u"moment"_s);
            m_fork.machine.terminals = QJsonDocument::fromJson(terminals.readAll()).object();
            return {};
        });
}

Future<> RunningFork::build()
{
    emit progress(u"preparing its memory for the forks"_s);
    m_build = std::make_unique<ForkBuild>(ForkBuildRequest{.paths = m_sandboxes.paths(),
        .config = m_request.config,
        .imageDirectory = qEnvironmentVariable("PADDOCK_IMAGE"),
        .guestPart = guestPart(),
        .source = m_fork.source,
        .moment = place(u"moment"_s),
        .directory = place()});
    return m_build->run().then(
        this, [this](const Result<vmm::TemplateIdentity> &identity) -> Result<> {
            if (!identity)
                return std::unexpected(identity.error());
            m_fork.machine.identity = *identity;
            m_fork.machine.state = vmm::StateSplit::state(place());
            m_fork.machine.ram = vmm::StateSplit::ram(place());
            return {};
        });
}

/// The forks have what they need: nothing else stays.
void RunningFork::finish()
{
    if (m_build)
        m_build.release()->deleteLater(); // it may be telling us this
    if (m_lock)
        QDir(place()).removeRecursively();
    m_lock.reset();
}

} // namespace core
