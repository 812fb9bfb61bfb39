#pragma once

#include "core/credentials/secret_store.h"

#include <QHash>

#include <optional>

namespace core {

/// Secrets on their way to a warden, and what could not be read.
struct CollectedSecrets
{
    QHash<QString, QByteArray> values;
    std::optional<Error> problem; ///< KeychainUnavailable; the others were still read
};

/// Reads those of `services` that the store's index names; the rest is left out without asking the
/// keychain. Never fails as a whole: a sandbox also starts without its keys.
QFuture<CollectedSecrets> collectSecrets(SecretStore &store, const QStringList &services);

} // namespace core
