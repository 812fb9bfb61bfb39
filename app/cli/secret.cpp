#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/prompt.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/agents/agent_catalog.h"
#include "core/client/sandbox_folder.h"
#include "core/client/warden_client.h"
#include "core/credentials/secret_store.h"
#include "core/credentials/secret_text.h"

#include <QJsonArray>

#include <unistd.h>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

QStringList knownServices(const core::Paths &paths)
{
    QStringList services;
    const core::AgentCatalog catalog = core::AgentCatalog::load(paths);
    for (const core::Agent &agent : catalog.all()) {
        for (const core::CredentialBinding &binding : agent.credentials) {
            if (!services.contains(binding.service))
                services.append(binding.service);
        }
    }
    services.sort();
    return services;
}

core::Result<QString> checkedService(const Cli &cli, const std::string &name)
{
    const QStringList known = knownServices(cli.paths);
    const QString service = QString::fromStdString(name);
    if (known.contains(service))
        return service;
    return std::unexpected(Error{Error::Kind::Usage,
        u"no agent has a use for a key named \"%1\"; the services are %2"_s.arg(
            service, known.join(u", "_s))});
}

/// Running sandboxes use a new key at once.
void tellWardens(Cli &cli, const QString &service, const QJsonValue &value)
{
    for (const core::SandboxStatus &status : cli.sandboxes().all()) {
        if (core::isHeld(cli.paths, status.settings.id))
            cli.sandboxes()
                .warden(status.settings.id)
                ->call(u"secret"_s, {{u"service"_s, service}, {u"value"_s, value}}, 2'000);
    }
}

QFuture<int> afterTelling(Cli &cli, const QString &service, const QJsonValue &value)
{
    tellWardens(cli, service, value);
    return cli.sandboxes().refresh().then(
        &cli, [](const QList<core::SandboxStatus> &) { return 0; });
}

QFuture<int> set(Cli &cli, const std::string &name)
{
    const auto service = checkedService(cli, name);
    if (!service)
        return failed(service.error());
    core::Result<QByteArray> input;
    if (!isatty(STDIN_FILENO))
        input = readInput(core::maxSecretBytes + 1);
    else if (cli.canAsk())
        input = readHidden(u"Key for %1 (not shown)"_s.arg(*service));
    else
        input = std::unexpected(Error{Error::Kind::Usage, u"give the key on standard input"_s});
    const auto secret = input ? core::secretFromInput(*input) : input;
    if (!secret)
        return failed(secret.error());
    return cli.keychain()
        .write(*service, *secret)
        .then(&cli,
            [&cli, service = *service, secret = *secret](const core::Result<> &written) {
                if (!written)
                    return failed(written.error());
                say(u"the key for %1 is in your keychain"_s.arg(service));
                return afterTelling(cli, service, QString::fromUtf8(secret));
            })
        .unwrap();
}

QFuture<int> ls(Cli &cli, bool json)
{
    const QStringList stored = cli.keychain().services();
    QJsonArray objects;
    QList<QStringList> rows;
    for (const QString &service : knownServices(cli.paths)) {
        const bool has = stored.contains(service);
        objects.append(QJsonObject{{u"service"_s, service}, {u"stored"_s, has}});
        rows.append({service, has ? u"in your keychain"_s : u"–"_s});
    }
    if (json)
        printJson({{u"secrets"_s, objects}});
    else
        printTable({u"SERVICE"_s, u"KEY"_s}, rows);
    return done();
}

QFuture<int> rm(Cli &cli, const std::string &name)
{
    const QString service = QString::fromStdString(name);
    return cli.keychain()
        .remove(service)
        .then(&cli,
            [&cli, service](const core::Result<> &removed) {
                if (!removed)
                    return failed(removed.error());
                say(u"the key for %1 is no longer in your keychain"_s.arg(service));
                return afterTelling(cli, service, QJsonValue());
            })
        .unwrap();
}

} // namespace

void addSecret(Cli &cli)
{
    CLI::App *secret = cli.verb("secret", "Keys in your keychain: set, ls, rm", nullptr);
    auto service = std::make_shared<std::string>(); // the verbs' callbacks use it
    auto json = std::make_shared<bool>(false);
    cli.verb(
           "set",
           "Store a key, from standard input or asked for without echo",
           [&cli, service] { return set(cli, *service); },
           secret)
        ->add_option("SERVICE", *service, "anthropic, openai, google, …")
        ->required();
    CLI::App *list = cli.verb(
        "ls",
        "Show which keys there are, never their values",
        [&cli, json] { return ls(cli, *json); },
        secret);
    Cli::addJson(list, *json);
    cli.verb(
           "rm", "Remove a key", [&cli, service] { return rm(cli, *service); }, secret)
        ->add_option("SERVICE", *service, "anthropic, openai, google, …")
        ->required();
}

} // namespace cli
