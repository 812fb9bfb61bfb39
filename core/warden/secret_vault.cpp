#include "core/warden/secret_vault.h"

namespace core {

void SecretVault::store(const QString &service, const QByteArray &value)
{
    m_secrets.remove(service);
    if (!value.isEmpty())
        m_secrets.insert(service,
            std::make_shared<gateway::Secret>(
                std::string_view(value.constData(), std::size_t(value.size()))));
}

QHash<QString, QByteArray> SecretVault::all() const
{
    QHash<QString, QByteArray> secrets;
    for (const auto &[service, secret] : m_secrets.asKeyValueRange())
        secrets.insert(service, QByteArray(secret->view()));
    return secrets;
}

} // namespace core
