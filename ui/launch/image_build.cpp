#include "ui/launch/image_build.h"

#include "core/client/warden_process.h"

#include <csignal>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr qsizetype keptLines = 200;
constexpr qsizetype maxLineBytes = 4096;

} // namespace

ImageBuild::ImageBuild(QObject *parent)
    : QObject(parent)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardInputFile(QProcess::nullDevice());
    // A session of its own, so that cancelling reaches everything the build started.
    m_process.setChildProcessModifier([] { setsid(); });
    connect(&m_process, &QProcess::readyRead, this, &ImageBuild::take);
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        take();
        if (m_cancelled)
            end(tr("The build was cancelled."));
        else if (status != QProcess::NormalExit || code != 0)
            end(m_lines.isEmpty() ? tr("The build failed with code %1.").arg(code)
                                  : m_lines.last());
        else
            end({});
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(tr("“paddock” cannot be started: %1").arg(m_process.errorString()));
    });
}

ImageBuild::~ImageBuild()
{
    m_process.disconnect(this);
    if (isRunning()) {
        ::kill(-pid_t(m_process.processId()), SIGTERM);
        m_process.terminate();
    }
}

void ImageBuild::start()
{
    if (isRunning())
        return;
    m_cancelled = false;
    m_lines.clear();
    m_partial.clear();
    m_clock.start();
    const QString program = core::companionProgram(u"paddock"_s);
    m_process.start(program.isEmpty() ? u"paddock"_s : program, {u"image"_s, u"build"_s});
}

void ImageBuild::cancel()
{
    if (!isRunning())
        return;
    m_cancelled = true;
    ::kill(-pid_t(m_process.processId()), SIGTERM);
}

bool ImageBuild::isRunning() const
{
    return m_process.state() != QProcess::NotRunning;
}

void ImageBuild::take()
{
    m_partial += m_process.readAll();
    m_partial.replace('\r', '\n');
    qsizetype end = 0;
    while ((end = m_partial.indexOf('\n')) >= 0 || m_partial.size() > maxLineBytes) {
        const qsizetype size = end >= 0 ? end : maxLineBytes;
        const QString line = QString::fromUtf8(m_partial.left(size)).trimmed();
        m_partial.remove(0, size + (end >= 0 ? 1 : 0));
        if (!line.isEmpty())
            m_lines.append(line);
    }
    if (m_lines.size() > keptLines)
        m_lines.remove(0, m_lines.size() - keptLines);
    emit progressed();
}

void ImageBuild::end(const QString &reason)
{
    emit finished(reason);
}

} // namespace ui
