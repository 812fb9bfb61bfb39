#pragma once

#include "core/async/steps.h"
#include "core/warden/terminals.h"
#include "vmm/machine/machine.h"

#include <QObject>

#include <functional>

namespace core {

/// A running sandbox as it is now, for its forks: the machine's state with its RAM, copies of what
/// its disks hold beyond what they build on, and the terminals. The machine stands still while they
/// are written, and goes on, whatever comes of it. It is there whole, with terminals.json, or not
/// at all. Deleting it while it runs leaves the machine standing still.
class Moment : public QObject
{
    Q_OBJECT

public:
    struct Setup
    {
        QString sandboxDirectory;
        vmm::Machine &machine;
        Terminals &terminals;
        QString qemuImg;
        std::function<Future<>()> flush; ///< brings the disks of the guest in step
    };

    explicit Moment(Setup setup);

    /// NotEnoughDisk when there is no room for it; Failed.
    Future<> run();

    [[nodiscard]] static QString place(const QString &sandboxDirectory);

private:
    Result<> begin();
    Future<> save();
    Future<> copyDisks();
    Future<> flattenDisks(QStringList disks);
    Result<> keep();
    Future<> goOn(const Result<> &saved);

    Setup m_setup;
    QString m_place;
};

} // namespace core
