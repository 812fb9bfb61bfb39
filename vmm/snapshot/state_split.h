#pragma once

#include "vmm/machine/machine.h"

#include <QObject>

#include <memory>
#include <vector>

namespace vmm {

/// Makes of a state with its RAM inside what any number of machines can begin with, as with a
/// template: a file of RAM that they map privately, and a state of the devices. A QEMU loads the
/// one and writes the other; its virtual CPUs never run. Deleting it gives up.
class StateSplit final : public QObject
{
    Q_OBJECT

public:
    struct Request
    {
        /// The machine as it was saved: `start` names its state, and its disks are what they were
        /// then. They are only read, through empty layers of the split's own.
        MachineSpec machine = {};
        HostCapabilities host = {};
        QString directory =
            {}; ///< exists; `ram` and `state` are made there, and nothing else stays
        QString runDirectory = {}; ///< as Machine::Places
    };

    explicit StateSplit(Request request);
    ~StateSplit() override;

    /// Done when both files are whole. When it fails neither is there: DiskFull, Io, ProcessFailed
    /// (QEMU's words), InvalidSpec.
    Future<> run();

    [[nodiscard]] static QString ram(const QString &directory);
    [[nodiscard]] static QString state(const QString &directory);

private:
    Result<> makeRam() const;
    Future<> makeDisks();
    Future<> load();
    Future<> save();
    Future<> finish(const Result<> &saved);
    [[nodiscard]] QString scratch(const DiskSpec &disk) const;
    [[nodiscard]] MachineSpec spec() const;
    void removeScratch() const;

    Request m_request;
    std::unique_ptr<Machine> m_machine;
    std::vector<Descriptor> m_ports; ///< kept open, so that the guest notices that they close
};

} // namespace vmm
