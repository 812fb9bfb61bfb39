#pragma once

#include "core/credentials/secret_store.h"

#include <QHash>

namespace core {

/// Secrets for one session: in the memory of this process only, and gone with it.
class MemoryStore : public SecretStore
{
    Q_OBJECT

public:
    using SecretStore::SecretStore;

    Future<QByteArray> read(const QString &service) override;
    Future<> write(const QString &service, const QByteArray &secret) override;
    Future<> remove(const QString &service) override;
    [[nodiscard]] QStringList services() const override;

private:
    QHash<QString, QByteArray> m_secrets;
};

} // namespace core
