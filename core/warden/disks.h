#pragma once

#include "core/sandbox/size_change.h"
#include "core/warden/disk_care.h"
#include "core/warden/disk_guard.h"
#include "core/warden/warden_setup.h"

#include <memory>
#include <optional>

namespace core {

class ApiServer;
class StatusBoard;
class Warden;

/// What a warden does about the disks of its present machine: it guards the host's, keeps the
/// guest's in order, and changes sizes.
class Disks : public QObject
{
    Q_OBJECT

public:
    /// Guards from now on. `setup` gets the sizes that are asked for.
    Disks(WardenSetup &setup, StatusBoard &board, vmm::Machine &machine);

    /// The guest can be asked.
    void care(GuestControl &control);
    /// Guards no more: the machine is to stand still, or to end, for reasons of its own. One that
    /// stands still goes on.
    void release();
    /// What is free goes back to the host if it is much. Never fails: it is no reason to go on.
    Future<> tidy();

    /// For a machine that stands still: another try; NotEnoughDisk while there is no room.
    Future<> tryAgain();
    [[nodiscard]] std::optional<Error> standsStill() const; ///< and why
    /// Null until the guest can be asked.
    [[nodiscard]] DiskCare *keeper() const { return m_care.get(); }
    /// Disks at once, the rest from the next start on; the answer tells which.
    Future<QJsonObject> resize(const SizeChange &change);

private:
    WardenSetup &m_setup;
    StatusBoard &m_board;
    QPointer<vmm::Machine> m_machine;
    std::unique_ptr<DiskGuard> m_guard;
    std::unique_ptr<DiskCare> m_care;
};

/// `resume`, `disks`, `disks.compact` and `resize` of API.md.
void addDiskMethods(ApiServer &api, Warden &warden);

} // namespace core
