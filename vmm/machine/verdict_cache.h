#pragma once

#include "vmm/machine/acceleration_probe.h"

#include <optional>

namespace vmm {

/// What a verdict holds for: this kernel file, this QEMU, this CPU and the host's own kernel.
QString probeIdentity(const HostCapabilities &host, const QString &kernel);

/// Verdicts in a JSON file, by identity. A file that cannot be read or written is as good as an
/// empty one.
class VerdictCache
{
public:
    /// How long a verdict that nothing boots holds: the host may only have been busy.
    static constexpr qint64 negativeLifeMs = 7LL * 24 * 3600 * 1000;

    VerdictCache(QString file, QString identity);
    [[nodiscard]] std::optional<AccelerationVerdict> find() const;
    void store(const AccelerationVerdict &verdict) const;

private:
    QString m_file;
    QString m_identity;
};

} // namespace vmm
