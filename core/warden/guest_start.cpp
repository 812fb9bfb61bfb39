#include "core/warden/guest_start.h"

#include "core/agents/placeholders.h"
#include "core/warden/guest_configuration.h"
#include "core/warden/host_inheritance.h"
#include "core/warden/run_program.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto requestPatience = 30s;
constexpr auto reconnectPatience = 30s;
constexpr qsizetype seedBytes = 256;

Result<> withoutBody(const Result<QByteArray> &answer)
{
    if (!answer)
        return std::unexpected(answer.error());
    return {};
}

} // namespace

GuestStart::GuestStart(Setup setup, const SandboxStateFiles &stateFiles)
    : m_setup(std::move(setup))
    , m_stateFiles(stateFiles)
{
}

void GuestStart::prepare()
{
    steps(this, runProgram(this, {.argv = {u"apt-config"_s, u"dump"_s}}))
        .then([this](const ProgramOutput &apt) {
            m_aptConfiguration = apt.output;
            return takeGit();
        })
        .finally([this](const Result<> &done) { m_prepared.settle(done); });
}

Future<> GuestStart::takeGit()
{
    const auto directory = m_setup.paths.sandbox(m_setup.settings.id.value) + u"/sync"_s;
    makePrivateDirectory(directory);
    const auto depth = m_stateFiles.wasSeeded() ? GitDepth::Look : GitDepth::Take;
    return takeGitSnapshot(this, m_setup.settings.workspace, directory + u"/git.bundle"_s, depth)
        .then(this, [this](const Result<GitSnapshot> &taken) -> Result<> {
            if (!taken)
                return std::unexpected(taken.error());
            m_git = *taken;
            return {};
        });
}

Future<> GuestStart::run(GuestControl &control, LaunchWay way, std::chrono::milliseconds patience)
{
    return steps(this, control.open(patience))
        .then([this, &control, way] {
            return way == LaunchWay::Boot ? ready(Result<>()) : reseed(control);
        })
        .then([this] { return m_prepared.future(); })
        .then([this, &control] {
            emit reseeded();
            return configure(control);
        })
        .finally([](const Result<> &) {});
}

Future<> GuestStart::repeat(GuestControl &control)
{
    return steps(this, control.open(reconnectPatience))
        .then([this, &control] { return configure(control); })
        .finally([](const Result<> &) {});
}

/// All forks of a template wake up with the same random numbers; before anything runs they get
/// their own.
Future<> GuestStart::reseed(GuestControl &control)
{
    QByteArray seed(seedBytes, '\0');
    QRandomGenerator::system()->generate(seed.begin(), seed.end());
    return control.request("POST", "/reseed", seed, requestPatience).then(this, withoutBody);
}

Future<> GuestStart::configure(GuestControl &control)
{
    const auto placeholders = m_stateFiles.placeholders(m_setup.agent);
    const auto files = agentFiles(m_setup.agent, m_setup.settings.workspace, placeholders);
    const GuestConfiguration configuration{
        .settings = m_setup.settings,
        .caCertificate = m_setup.caCertificate,
        .extraRoots = m_setup.config.trustHostRoots
                          ? locallyAddedRoots(u"/usr/local/share/ca-certificates"_s)
                          : QByteArray(),
        .environment = agentEnvironment(m_setup.agent, placeholders),
        .files = m_stateFiles.newFiles(files),
        .aptOptions = inheritedAptOptions(m_aptConfiguration),
        .nowMs = QDateTime::currentMSecsSinceEpoch(),
    };
    return control
        .request("POST",
            "/configure",
            QJsonDocument(toJson(configuration)).toJson(QJsonDocument::Compact),
            requestPatience)
        .then(this, [this, &control, files](const Result<QByteArray> &answer) {
            if (answer) {
                m_stateFiles.rememberFiles(files);
                control.listen();
            }
            return withoutBody(answer);
        });
}

} // namespace core
