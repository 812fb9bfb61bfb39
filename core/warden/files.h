#pragma once

#include "core/async/steps.h"
#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/warden/companion.h"

#include <QHash>
#include <QJsonArray>
#include <QPromise>

#include <functional>
#include <memory>

namespace core {

struct FilesSetup
{
    Paths paths;
    SandboxSettings settings;
    QString courierProgram;
    std::function<vmm::Result<vmm::Descriptor>()> connectSync;
    bool recovery = false; ///< the machine stopped uncleanly last time
    bool restored = false; ///< the machine went back to a snapshot
    QJsonObject git;       ///< the member of `configure`; empty for a workspace without git
    QString bundle;        ///< path of the bundle; empty: none
};

/// The courier of a sandbox as its warden sees it: kept running, the state of the sync as clients
/// are shown it. While it is down nothing is synced.
class Files : public QObject
{
    Q_OBJECT

public:
    explicit Files(FilesSetup setup);

    /// Starts the courier, which waits until `begin` lets it go.
    void start();
    /// The guest can take files.
    void begin();
    [[nodiscard]] bool isSeeded() const { return m_seeded; }
    /// One more cycle and then the end, within `patience`.
    Future<> finish(std::chrono::milliseconds patience);
    void stop();

    /// When a cycle that began after the call has settled.
    Future<> sync();
    void pause();
    void resume();
    /// The answer to a held mass change; StateConflict when nothing is asked.
    Result<> answer(bool apply);
    /// Of a fork: a `review` or `accept` of PROCESSES.md, and its answer. Fails with StateConflict
    /// when the courier or the guest does not serve.
    Future<QJsonObject> review(QJsonObject request);

    [[nodiscard]] const QJsonObject &status() const
    {
        return m_status;
    } ///< the sync object of API.md
    [[nodiscard]] QJsonObject conflicts() const { return {{QStringLiteral("items"), m_conflicts}}; }

signals:
    void ready(const QString &confinement);
    void changed();
    void inStep();                       ///< a whole cycle has ended well; the first one
    void seeded();                       ///< once: the guest has the workspace
    void refused(const QString &reason); ///< before the first sync: it cannot be done
    void down(const QString &reason);

private:
    Result<ChildRequest> prepare();
    Result<vmm::Descriptor> versionsDirectory() const;
    void configure();
    void take(const QJsonObject &message);
    void takeStatus(const QJsonObject &message);
    [[nodiscard]] bool isHalted() const;
    void settle(const Result<> &result);
    void takeReview(const QJsonObject &message);
    void abandonReviews(const QString &reason);
    [[nodiscard]] QString area() const; ///< of the courier's stage and versions
    [[nodiscard]] QString syncDirectory() const;

    FilesSetup m_setup;
    Companion m_courier;
    QJsonObject m_status;
    QJsonArray m_conflicts;
    bool m_seeded = false;
    bool m_begun = false;
    bool m_inStep = false;
    bool m_ownVersions = false; ///< old versions lie beside the workspace, on its file system
    QList<std::shared_ptr<QPromise<Result<>>>> m_waiting; ///< for `settled`, in order
    bool m_ended = false; ///< the courier, since the first of them asked
    QHash<qint64, std::shared_ptr<QPromise<Result<QJsonObject>>>> m_reviews; ///< by their ids
    qint64 m_nextReview = 1;
};

/// The sync object before the courier has said anything.
QJsonObject disconnectedSync(const QString &reason);

} // namespace core
