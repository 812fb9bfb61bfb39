#pragma once

#include "core/warden/gateway_messages.h"

namespace core {

/// The sandbox's certification authority from `ca.crt` and `ca.key` (0600) in its directory;
/// made when it is not there or ends within 30 days. The guest is told of it at every start.
Result<AuthorityPem> authorityOf(const QString &sandboxDirectory, const QString &sandboxName);

} // namespace core
