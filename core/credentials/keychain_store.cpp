#include "core/credentials/keychain_store.h"

#include "core/config/write_file.h"
#include "core/credentials/secret_text.h"
#include "core/paths.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QPromise>
#include <QTimer>
#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace core {

namespace {

const QString serviceName = u"org.paddock.Paddock.credentials"_s;

Error errorOf(const QKeychain::Job &job)
{
    if (job.error() == QKeychain::EntryNotFound)
        return {Error::Kind::CredentialMissing, job.key()};
    return {Error::Kind::KeychainUnavailable, job.errorString()};
}

/// Runs a job that deletes itself; an answer comes from `take` when it succeeds, and in any case
/// within `patienceMs`.
template <typename T, typename Job>
Future<T> run(QObject *context, Job *job, Result<T> (*take)(const Job &))
{
    auto promise = std::make_shared<QPromise<Result<T>>>(); // the job and the deadline share it
    promise->start();
    const auto answer = [promise](Result<T> result) {
        if (promise->future().isFinished())
            return;
        promise->addResult(std::move(result));
        promise->finish();
    };
    job->setAutoDelete(true);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, context, [job, answer, take] {
        if (job->error() == QKeychain::NoError)
            answer(take(*job));
        else
            answer(std::unexpected(errorOf(*job)));
    });
    QTimer::singleShot(KeychainStore::patienceMs, context, [answer] {
        answer(std::unexpected(Error{Error::Kind::KeychainUnavailable,
            u"it did not answer within 10 s; it may be locked"_s}));
    });
    job->start();
    return promise->future();
}

template <typename Job>
Result<> nothing(const Job &)
{
    return {};
}

} // namespace

KeychainStore::KeychainStore(QString indexFile, QObject *parent)
    : SecretStore(parent)
    , m_indexFile(std::move(indexFile))
{
}

Future<QByteArray> KeychainStore::read(const QString &service)
{
    auto *job = new QKeychain::ReadPasswordJob(serviceName);
    job->setKey(service);
    return run<QByteArray, QKeychain::ReadPasswordJob>(
        this, job, [](const QKeychain::ReadPasswordJob &done) -> Result<QByteArray> {
            return done.textData().toUtf8();
        });
}

Future<> KeychainStore::write(const QString &service, const QByteArray &secret)
{
    const Result<QByteArray> checked = secretFromInput(secret);
    if (!checked)
        return ready(Result<>(std::unexpected(checked.error())));
    auto *job = new QKeychain::WritePasswordJob(serviceName);
    job->setKey(service);
    job->setTextData(QString::fromUtf8(*checked));
    return run<void>(this, job, &nothing<QKeychain::WritePasswordJob>)
        .then(this, [this, service](const Result<> &written) -> Result<> {
            QStringList names = services();
            if (!written || names.contains(service))
                return written;
            names.append(service);
            return storeIndex(names);
        });
}

Future<> KeychainStore::remove(const QString &service)
{
    auto *job = new QKeychain::DeletePasswordJob(serviceName);
    job->setKey(service);
    return run<void>(this, job, &nothing<QKeychain::DeletePasswordJob>)
        .then(this, [this, service](const Result<> &removed) -> Result<> {
            QStringList names = services();
            const bool listed = names.removeAll(service) > 0;
            const bool gone = removed || removed.error().kind == Error::Kind::CredentialMissing;
            if (!gone || !listed)
                return removed;
            return storeIndex(names);
        });
}

QStringList KeychainStore::services() const
{
    QFile file(m_indexFile);
    QStringList names;
    if (!file.open(QFile::ReadOnly))
        return names;
    for (const QJsonValue name :
        QJsonDocument::fromJson(file.read(1 << 20)).object().value("services"_L1).toArray())
        names.append(name.toString());
    names.sort();
    return names;
}

Result<> KeychainStore::storeIndex(const QStringList &services) const
{
    if (!makePrivateDirectory(QFileInfo(m_indexFile).absolutePath()))
        return std::unexpected(
            Error{Error::Kind::NotPermitted, u"cannot create the directory of "_s + m_indexFile});
    const QJsonObject index{{u"services"_s, QJsonArray::fromStringList(services)}};
    return writeFile(m_indexFile, QJsonDocument(index).toJson());
}

} // namespace core
