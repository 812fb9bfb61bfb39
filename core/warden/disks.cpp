#include "core/warden/disks.h"

#include "core/config/write_file.h"
#include "core/warden/status_board.h"
#include "core/warden/warden.h"
#include "vmm/machine/machine.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto trimPatience = 10min;
constexpr auto lastTrimPatience = 10s;

Error notYet()
{
    return {Error::Kind::StateConflict, u"the sandbox is still starting, or stops"_s};
}

Future<QJsonObject> refused(const Error &error)
{
    return ready(Result<QJsonObject>(std::unexpected(error)));
}

} // namespace

Disks::Disks(WardenSetup &setup, StatusBoard &board, vmm::Machine &machine)
    : m_setup(setup)
    , m_board(board)
    , m_machine(&machine)
    , m_guard(
          std::make_unique<DiskGuard>(machine, setup.paths.sandboxes(), setup.config.diskFloorGiB))
{
    connect(m_guard.get(), &DiskGuard::paused, &board, &StatusBoard::pause);
    connect(m_guard.get(), &DiskGuard::wentOn, &board, &StatusBoard::goOn);
}

void Disks::care(GuestControl &control)
{
    if (!m_machine)
        return;
    m_care = std::make_unique<DiskCare>(
        DiskCare::Setup{.sandboxDirectory = m_setup.paths.sandbox(m_setup.settings.id.value),
            .diskGiB = m_setup.settings.diskGiB,
            .mayGrow = [this] { return !m_board.status().snapshot; }},
        *m_machine,
        control);
    m_care->begin().then(this, [this](const Result<> &grown) {
        if (!grown)
            m_board.addNotice(u"The disks have not grown: %1"_s.arg(grown.error().detail));
    });
}

void Disks::release()
{
    const bool stoodStill = m_guard && m_guard->isPaused();
    m_guard.reset();
    if (stoodStill && m_machine)
        m_machine->resume(); // little is written at the end; where that is too much, force follows
}

Future<> Disks::tidy()
{
    if (!m_care)
        return ready(Result<>());
    return m_care->tidy(lastTrimPatience).then(this, [](const Result<> &done) -> Result<> {
        if (!done)
            qWarning("the disks were not tidied: %s", qPrintable(done.error().detail));
        return {};
    });
}

Future<> Disks::tryAgain()
{
    if (!m_guard || !m_guard->isPaused())
        return ready(Result<>(std::unexpected(
            Error{Error::Kind::StateConflict, u"the sandbox does not stand still"_s})));
    return m_guard->tryAgain();
}

std::optional<Error> Disks::standsStill() const
{
    const auto &status = m_board.status();
    return status.state == SandboxState::Paused ? status.failure : std::nullopt;
}

Future<QJsonObject> Disks::resize(const SizeChange &change)
{
    const auto answer = toJson(answerTo(change, PresentMachine::Running));
    const auto wanted = resized(m_setup.settings, change, PresentMachine::Running);
    if (!wanted)
        return refused(wanted.error());
    if (!m_care)
        return refused(notYet());
    const auto directory = m_setup.paths.sandbox(m_setup.settings.id.value);
    const auto written =
        writeFile(directory + u"/sandbox.json"_s, QJsonDocument(toJson(*wanted)).toJson());
    if (!written)
        return refused(written.error());
    m_setup.settings = *wanted;
    auto grown = change.diskGiB ? m_care->grow(*change.diskGiB) : ready(Result<>());
    return grown.then(this, [answer](const Result<> &done) -> Result<QJsonObject> {
        if (!done)
            return std::unexpected(done.error());
        return answer;
    });
}

namespace {

/// Calls `start`, then tells how the disks are; refused while they cannot be seen to.
template <typename Start>
ApiServer::Method forDisks(Warden &warden, Start start)
{
    return [&warden, start](const QJsonObject &) -> Future<QJsonObject> {
        const auto *disks = warden.disks();
        if (!disks || !disks->keeper())
            return refused(notYet());
        if (const auto why = disks->standsStill())
            return refused(*why);
        return start(*disks->keeper())
            .then(disks->keeper(),
                [keeper = disks->keeper()](const Result<> &done) -> Result<QJsonObject> {
                    if (!done)
                        return std::unexpected(done.error());
                    return toJson(keeper->records());
                });
    };
}

} // namespace

void addDiskMethods(ApiServer &api, Warden &warden)
{
    api.add(u"resume"_s, [&warden](const QJsonObject &) -> Future<QJsonObject> {
        if (!warden.disks())
            return refused(notYet());
        return warden.disks()->tryAgain().then(
            &warden, [](const Result<> &done) -> Result<QJsonObject> {
                if (!done)
                    return std::unexpected(done.error());
                return QJsonObject();
            });
    });
    api.add(u"disks"_s, forDisks(warden, [](DiskCare &disks) { return disks.survey(); }));
    api.add(u"disks.compact"_s,
        forDisks(warden, [](DiskCare &disks) { return disks.trim(trimPatience); }));
    api.add(u"resize"_s, [&warden](const QJsonObject &parameters) {
        return warden.disks() ? warden.disks()->resize(sizeChangeFromJson(parameters))
                              : refused(notYet());
    });
}

} // namespace core
