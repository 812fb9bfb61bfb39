#pragma once

#include "core/credentials/secret_store.h"

namespace core {

/// The user's keychain (Secret Service, KWallet, …) through QtKeychain; never a plain-text
/// fallback. The names of the services, not the values, are kept in an index file, since a keychain
/// cannot be asked for them.
class KeychainStore : public SecretStore
{
    Q_OBJECT

public:
    static constexpr int patienceMs = 10'000;

    /// `indexFile`: a file of ours in the configuration directory, written when services come and
    /// go.
    explicit KeychainStore(QString indexFile, QObject *parent = nullptr);

    Future<QByteArray> read(const QString &service) override;
    Future<> write(const QString &service, const QByteArray &secret) override;
    Future<> remove(const QString &service) override;
    [[nodiscard]] QStringList services() const override;

private:
    Result<> storeIndex(const QStringList &services) const;

    QString m_indexFile;
};

} // namespace core
