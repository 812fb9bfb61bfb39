#pragma once

#include "core/sandbox/sandbox_settings.h"
#include "core/warden/template_progress.h"

#include <QObject>
#include <QTimer>

#include <chrono>

namespace core {

/// Starts `paddock template warm` in the background, with the sizes of a sandbox; it outlives this
/// process. Fails when it cannot be started.
Result<> startWarming(int cpus, int memoryMiB, int diskGiB);

/// Sees to it that the next sandbox of a kind need not boot: has its template made, some time after
/// the agent that the user waits for has started, and tells how far that is.
class TemplateWarm : public QObject
{
    Q_OBJECT

public:
    TemplateWarm(Paths paths, SandboxSettings settings, QString key);

    void startAfter(std::chrono::milliseconds delay);

signals:
    /// Null when it is there, or given up without a word.
    void progressed(const std::optional<core::TemplateProgress> &progress);

private:
    void start();
    void look();

    Paths m_paths;
    SandboxSettings m_settings;
    QString m_key;
    std::optional<TemplateProgress> m_last;
    QTimer m_timer;
    int m_looksLeft = 0;
};

} // namespace core
