#include "core/warden/machine_scope.h"
#include "core/warden/warden.h"

using namespace Qt::StringLiterals;

namespace core {

/// Where systemd runs the user's session, a machine gets no more of the host than it was made for.
void Warden::limitMachine()
{
    if (!m_board.status().limits.isEmpty())
        return; // the same machine, after a suspend that failed
    const auto scope = machineScope({.sandbox = m_setup.settings.id.value,
        .name = m_setup.settings.name,
        .cpus = m_setup.settings.cpus,
        .memoryMiB = m_setup.settings.memoryMiB,
        .processes = processTree(m_machine->processId())});
    startScope(this, QDBusConnection::sessionBus(), scope)
        .then(this, [this](const Result<QString> &unit) {
            m_board.update([&](WardenStatus &status) {
                status.limits = unit ? *unit : u"none: "_s + unit.error().detail;
            });
        });
}

} // namespace core
