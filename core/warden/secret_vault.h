#pragma once

#include "core/gateway/secret.h"

#include <QByteArray>
#include <QHash>
#include <QString>

#include <memory>

namespace core {

/// The secrets a warden holds for a gateway that has to be started again: in locked memory, wiped
/// when replaced or dropped. Never written anywhere.
class SecretVault
{
public:
    SecretVault() = default;
    SecretVault(const SecretVault &) = delete;
    SecretVault &operator=(const SecretVault &) = delete;

    /// An empty value removes.
    void store(const QString &service, const QByteArray &value);
    [[nodiscard]] QHash<QString, QByteArray> all() const;

private:
    QHash<QString, std::shared_ptr<gateway::Secret>> m_secrets; // shared since QHash copies
};

} // namespace core
