#pragma once

#include "vmm/machine/host_capabilities.h"

namespace vmm {

/// As probeHost, but what `cacheFile` (JSON) knows of these very programs is not asked again until
/// the host is booted anew: whether bubblewrap may make namespaces is a setting of its kernel.
/// Failures are not kept. An empty name, or a file that cannot be used, means: probe.
Future<HostCapabilities> probeHost(const HostPrograms &programs, const QString &cacheFile);

} // namespace vmm
