#pragma once

#include "vmm/descriptor.h"
#include "vmm/future.h"
#include "vmm/qmp/client.h"

#include <QList>
#include <QObject>
#include <QPromise>

#include <chrono>
#include <memory>

namespace vmm {

/// What a state file holds of a machine's RAM.
enum class SavedMemory {
    Inside,   ///< all of it, each page at its own place (QEMU's "mapped-ram", since 9.0)
    Elsewhere ///< nothing: it lies in the memory's own shared file
};

/// The state of a machine written to an open file, or read from it into a QEMU that was started
/// with `-incoming defer`. QEMU may open no file of the host, so it is handed a descriptor.
/// Source: QEMU's docs/devel/migration (main.rst, mapped-ram.rst).
class Migration final : public QObject
{
    Q_OBJECT

public:
    enum class Way { Save, Load };
    enum class Switchover {
        GoOn,
        Hold ///< the machine stands still before its last pages are written, until `goOn`
    };

    struct Request
    {
        Way way = Way::Save;
        SavedMemory memory = SavedMemory::Inside;
        Descriptor file = {}; ///< write-only for Save, read-only for Load
        Switchover switchover = Switchover::GoOn;
        std::chrono::milliseconds limit{600'000};
    };

    Migration(qmp::Client &monitor, Request request);
    ~Migration() override; ///< the future ends with Cancelled

    /// Done when the state is written or read whole. The machine stands still then. Fails with
    /// Refused (QEMU's words), ProcessFailed (the stream does not fit), TimedOut.
    Future<> run();
    void goOn();
    /// A save that is held: nothing more is written, and a machine that ran goes on.
    void giveUp(const Error &reason);

signals:
    void held(); ///< Switchover::Hold: the virtual CPUs and disks stand still

private:
    void next();
    void take(const qmp::Event &event);
    void awaitRest();
    void explainFailure();
    void finish(Result<> result);

    qmp::Client &m_monitor;
    Request m_request;
    QList<qmp::Command> m_commands;
    std::shared_ptr<QPromise<Result<>>> m_done; ///< shared: whoever is told may delete this
};

} // namespace vmm
