#pragma once

#include "core/client/file_lock.h"
#include "core/client/forks.h"
#include "core/client/sandboxes.h"
#include "core/config/config.h"
#include "core/warden/fork_build.h"

#include <QObject>

#include <memory>
#include <optional>

namespace core {

/// Forks a running sandbox: its moment is saved, it goes on, the moment is made into what its
/// copies begin with, and their directories are written. One process at a time forks a sandbox.
/// Deleting it gives up; what it has begun is removed then, or by the next one.
class RunningFork : public QObject
{
    Q_OBJECT

public:
    struct Request
    {
        SandboxId source;
        QString name; ///< as ForkRequest
        int count = 1;
        Config config;
    };

    RunningFork(Sandboxes &sandboxes, Request request);
    ~RunningFork() override;

    /// The forks, each ready to be started. StateConflict when the sandbox does not run, or is
    /// being forked already.
    Future<QList<SandboxId>> run();

signals:
    void progress(const QString &text);

private:
    Result<> begin();
    Future<> rememberFiles();
    Future<> takeMoment();
    Future<> build();
    void finish();
    [[nodiscard]] QString place(const QString &name = {}) const;

    Sandboxes &m_sandboxes;
    Request m_request;
    std::optional<FileLock> m_lock;
    ForkRequest m_fork;
    std::unique_ptr<ForkBuild> m_build;
};

} // namespace core
