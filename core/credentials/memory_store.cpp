#include "core/credentials/memory_store.h"

#include "core/credentials/secret_text.h"

namespace core {

Future<QByteArray> MemoryStore::read(const QString &service)
{
    const auto known = m_secrets.constFind(service);
    if (known == m_secrets.cend())
        return ready(
            Result<QByteArray>(std::unexpected(Error{Error::Kind::CredentialMissing, service})));
    return ready(Result<QByteArray>(*known));
}

Future<> MemoryStore::write(const QString &service, const QByteArray &secret)
{
    const Result<QByteArray> checked = secretFromInput(secret);
    if (!checked)
        return ready(Result<>(std::unexpected(checked.error())));
    m_secrets.insert(service, *checked);
    return ready(Result<>());
}

Future<> MemoryStore::remove(const QString &service)
{
    if (m_secrets.remove(service) == 0)
        return ready(Result<>(std::unexpected(Error{Error::Kind::CredentialMissing, service})));
    return ready(Result<>());
}

QStringList MemoryStore::services() const
{
    QStringList names = m_secrets.keys();
    names.sort();
    return names;
}

} // namespace core
