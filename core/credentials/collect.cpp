#include "core/credentials/collect.h"

namespace core {

namespace {

QFuture<CollectedSecrets> collectFrom(
    SecretStore &store, QStringList services, CollectedSecrets collected)
{
    if (services.isEmpty())
        return ready(std::move(collected));
    const QString service = services.takeFirst();
    return store.read(service)
        .then(&store,
            [&store, service, services, collected = std::move(collected)](
                const Result<QByteArray> &secret) mutable {
                if (secret)
                    collected.values.insert(service, *secret);
                else if (secret.error().kind == Error::Kind::KeychainUnavailable) {
                    collected.problem = secret.error();
                    services.clear(); // one that does not answer is not asked again
                }
                return collectFrom(store, services, std::move(collected));
            })
        .unwrap();
}

} // namespace

QFuture<CollectedSecrets> collectSecrets(SecretStore &store, const QStringList &services)
{
    QStringList wanted;
    const QStringList known = store.services();
    for (const QString &service : services) {
        if (known.contains(service) && !wanted.contains(service))
            wanted.append(service);
    }
    return collectFrom(store, wanted, {});
}

} // namespace core
