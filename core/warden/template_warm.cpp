#include "core/warden/template_warm.h"

#include "core/client/warden_process.h"

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto lookEvery = 1s;
constexpr int looksForTheFirstWord = 60; // the image may have to be read once more before

} // namespace

Result<> startWarming(int cpus, int memoryMiB, int diskGiB)
{
    const auto program = companionProgram(u"paddock"_s);
    if (program.isEmpty())
        return std::unexpected(Error{Error::Kind::Failed, u"paddock was not found"_s});
    return startDetached(program,
        {u"template"_s,
            u"warm"_s,
            u"--background"_s,
            u"--cpus"_s,
            QString::number(cpus),
            u"--memory"_s,
            u"%1MiB"_s.arg(memoryMiB),
            u"--disk"_s,
            u"%1GiB"_s.arg(diskGiB)});
}

TemplateWarm::TemplateWarm(Paths paths, SandboxSettings settings, QString key)
    : m_paths(std::move(paths))
    , m_settings(std::move(settings))
    , m_key(std::move(key))
{
    m_timer.setInterval(lookEvery);
    connect(&m_timer, &QTimer::timeout, this, &TemplateWarm::look);
}

void TemplateWarm::startAfter(std::chrono::milliseconds delay)
{
    QTimer::singleShot(delay, this, &TemplateWarm::start);
}

void TemplateWarm::start()
{
    const auto started = startWarming(m_settings.cpus, m_settings.memoryMiB, m_settings.diskGiB);
    if (!started) {
        qWarning("no template is made: %s", qPrintable(started.error().detail));
        return;
    }
    m_looksLeft = looksForTheFirstWord;
    m_timer.start();
}

void TemplateWarm::look()
{
    auto progress = templateProgress(m_paths, m_key);
    const bool isBuilding = progress && progress->state == TemplateProgress::State::Building;
    // What is told before the builder has begun is of the last try.
    const bool hasBegun = isBuilding || m_looksLeft == 0;
    if (!hasBegun) {
        if (--m_looksLeft == 0)
            m_timer.stop();
        return;
    }
    m_looksLeft = 0;
    if (!isBuilding)
        m_timer.stop();
    if (progress && progress->state == TemplateProgress::State::Failed)
        qWarning("no template was made: %s", qPrintable(progress->reason));
    if (std::exchange(m_last, progress) != progress)
        emit progressed(m_last);
}

} // namespace core
