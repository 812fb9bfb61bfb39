#pragma once

#include "core/async/steps.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

namespace core {

/// Where secrets rest on the host: the user's keychain, by service name ("anthropic"). Values never
/// reach a file of ours.
class SecretStore : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// KeychainUnavailable when there is no keychain or it stays locked for 10 s.
    virtual Future<QByteArray> read(
        const QString &service) = 0; ///< CredentialMissing when there is none
    virtual Future<> write(
        const QString &service, const QByteArray &secret) = 0; ///< refuses control characters
    virtual Future<> remove(const QString &service) = 0;
    /// The services that have a secret, from the index of names (no values are read).
    [[nodiscard]] virtual QStringList services() const = 0;
};

} // namespace core
