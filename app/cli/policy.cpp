#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/policy_file.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/agents/agent_catalog.h"
#include "core/client/sandbox_folder.h"
#include "core/client/sandbox_rules.h"
#include "core/client/warden_client.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

void addPolicyLog(Cli &cli, CLI::App *policy);

namespace {

struct PolicyOptions
{
    std::vector<std::string> words; ///< SANDBOX unless global, then what the verb works on
    bool global = false;
    bool json = false;
};

/// An agent whose manifest is gone has no presets: its sandbox is closed, not open.
core::Agent agentOf(const Cli &cli, const PolicyScope &scope)
{
    return core::AgentCatalog::load(cli.paths)
        .find(scope.sandbox->settings.agent)
        .value_or(core::Agent());
}

QFuture<int> showGlobal(const PolicyScope &scope, bool json)
{
    const auto text = core::readPolicyFile(scope.file);
    if (!text)
        return failed(text.error());
    if (json)
        printJson({{u"scope"_s, u"global"_s}, {u"file"_s, scope.file}, {u"text"_s, *text}});
    else if (text->isEmpty())
        say(u"there are no rules for all sandboxes; add one with “paddock policy allow --global”"_s);
    else
        print(text->endsWith(u'\n') ? text->chopped(1) : *text);
    if (const auto valid = checkPolicy(scope); !valid)
        return failed(valid.error());
    return done();
}

QFuture<int> showInForce(const Cli &cli, const PolicyScope &scope, bool json)
{
    const auto rules = core::rulesInForce(cli.paths, scope.sandbox->settings, agentOf(cli, scope));
    if (!rules)
        return failed(rules.error());
    QJsonArray objects;
    QList<QStringList> rows;
    for (const core::ListedRule &rule : *rules) {
        objects.append(QJsonObject{{u"verb"_s, rule.verb},
            {u"target"_s, rule.target},
            {u"source"_s, rule.source},
            {u"line"_s, rule.line}});
        rows.append({rule.verb, rule.target, u"%1:%2"_s.arg(rule.source).arg(rule.line)});
    }
    if (json)
        printJson({{u"scope"_s, scope.sandbox->settings.name},
            {u"file"_s, scope.file},
            {u"text"_s, core::readPolicyFile(scope.file).value_or(QString())},
            {u"rules"_s, objects}});
    else
        printTable({u"RULE"_s, u"DESTINATION"_s, u"SOURCE"_s}, rows);
    return done();
}

QFuture<int> show(Cli &cli, const PolicyOptions &options)
{
    const auto scope = policyScope(cli, options.words.empty() ? std::string() : options.words[0]);
    if (!scope)
        return failed(scope.error());
    return scope->sandbox ? showInForce(cli, *scope, options.json)
                          : showGlobal(*scope, options.json);
}

int showVerdict(QJsonObject verdict, const QString &destination, bool json)
{
    const QString word = verdict.value("verdict"_L1).toString();
    const QString rule = verdict.value("rule"_L1).toString();
    if (json) {
        verdict.insert("destination"_L1, destination);
        printJson(verdict);
    } else {
        print(printable(u"%1  %2"_s.arg(word, verdict.value("reason"_L1).toString())));
        if (!rule.isEmpty())
            print(printable(u"by “%1” of %2"_s.arg(rule, verdict.value("source"_L1).toString())));
    }
    return word == "allow"_L1 ? 0 : 5;
}

core::Result<QJsonObject> checkHere(
    const Cli &cli, const PolicyScope &scope, const QString &destination)
{
    const auto check = core::checkDestination(
        cli.paths, scope.sandbox->settings, agentOf(cli, scope), destination);
    if (!check)
        return std::unexpected(check.error());
    return QJsonObject{{u"verdict"_s, check->verdict},
        {u"reason"_s, check->sentence},
        {u"rule"_s, check->rule},
        {u"source"_s, check->source}};
}

QFuture<int> check(Cli &cli, const PolicyOptions &options)
{
    const auto scope = policyScope(cli, options.words.front());
    if (!scope)
        return failed(scope.error());
    const QString destination = QString::fromStdString(options.words.back());
    if (!core::isHeld(cli.paths, scope->sandbox->settings.id)) {
        const auto verdict = checkHere(cli, *scope, destination);
        return verdict ? done(showVerdict(*verdict, destination, options.json))
                       : failed(verdict.error());
    }
    return cli.sandboxes()
        .warden(scope->sandbox->settings.id)
        ->call(u"policy.check"_s, {{u"destination"_s, destination}})
        .then(&cli, [destination, json = options.json](const core::Result<QJsonObject> &answer) {
            return answer ? showVerdict(*answer, destination, json) : fail(answer.error());
        });
}

/// What a rule is changed in, and the rule.
struct Edit
{
    PolicyScope scope;
    QString rule;
};

core::Result<Edit> edit(Cli &cli, const PolicyOptions &options)
{
    if (!options.global && options.words.size() < 2)
        return std::unexpected(Error{Error::Kind::Usage,
            u"name a sandbox and a destination, or --global and a destination"_s});
    const auto scope = policyScope(cli, options.global ? std::string() : options.words[0]);
    if (!scope)
        return std::unexpected(scope.error());
    QStringList words;
    for (size_t i = options.global ? 0 : 1; i < options.words.size(); ++i)
        words.append(QString::fromStdString(options.words[i]));
    return Edit{.scope = *scope, .rule = words.join(u' ')};
}

QFuture<int> reloaded(Cli &cli, const PolicyScope &scope)
{
    return reloadPolicy(cli, scope).then(&cli, [](const core::Result<> &done) {
        return done ? 0 : fail(done.error());
    });
}

/// Adds "allow DESTINATION" or "deny DESTINATION" (and options) to the file.
QFuture<int> addRule(Cli &cli, const PolicyOptions &options, const QString &verb)
{
    const auto wanted = edit(cli, options);
    if (!wanted)
        return failed(wanted.error());
    if (const auto valid = checkPolicy(wanted->scope); !valid)
        return failed(valid.error());
    const QString rule = verb + u' ' + wanted->rule;
    const auto changed = core::addPolicyRule(wanted->scope.file, rule);
    if (!changed)
        return failed({Error::Kind::Usage, u"“%1”: %2"_s.arg(rule, changed.error().detail)});
    say(u"%1: “%2” %3"_s.arg(
        wanted->scope.name(), rule, *changed > 0 ? u"added"_s : u"is already there"_s));
    return reloaded(cli, wanted->scope);
}

QFuture<int> removeRule(Cli &cli, const PolicyOptions &options)
{
    const auto wanted = edit(cli, options);
    if (!wanted)
        return failed(wanted.error());
    const auto changed = core::removePolicyRule(wanted->scope.file, wanted->rule);
    if (!changed)
        return failed(changed.error());
    if (*changed == 0)
        return failed({Error::Kind::Failed,
            u"%1 has no rule “%2”; see “paddock policy show”"_s.arg(
                wanted->scope.name(), wanted->rule)});
    say(u"%1: “%2” removed"_s.arg(wanted->scope.name(), wanted->rule));
    return reloaded(cli, wanted->scope);
}

using PolicyTask = QFuture<int> (*)(Cli &, const PolicyOptions &);

std::shared_ptr<PolicyOptions> addPart(Cli &cli,
    CLI::App *policy,
    const std::string &name,
    const std::string &description,
    PolicyTask task)
{
    auto options = std::make_shared<PolicyOptions>(); // lives as long as the verb's callback
    cli.verb(name, description, [&cli, options, task] { return task(cli, *options); }, policy);
    return options;
}

void addReading(Cli &cli, CLI::App *policy)
{
    auto options =
        addPart(cli, policy, "show", "Show what holds for a sandbox, or the rules for all", show);
    CLI::App *part = policy->get_subcommand("show");
    part->add_option("SANDBOX", options->words, "Name or id; without it the rules for all")
        ->expected(0, 1);
    Cli::addJson(part, options->json);

    options = addPart(
        cli, policy, "check", "Say what is decided for a destination; 5 when it is refused", check);
    part = policy->get_subcommand("check");
    part->usage("Usage: paddock policy check [OPTIONS] SANDBOX DESTINATION");
    part->add_option("WORDS", options->words, "Such as web-shop https://example.com:443")
        ->expected(2)
        ->required();
    Cli::addJson(part, options->json);
}

void addEditing(Cli &cli, CLI::App *policy)
{
    const std::vector<std::tuple<std::string, std::string, PolicyTask>> parts{
        {"allow",
            "Allow a destination",
            [](Cli &c, const PolicyOptions &o) { return addRule(c, o, u"allow"_s); }},
        {"deny",
            "Deny a destination",
            [](Cli &c, const PolicyOptions &o) { return addRule(c, o, u"deny"_s); }},
        {"rm", "Remove a rule, or all rules of a destination", removeRule},
    };
    for (const auto &[name, description, task] : parts) {
        auto options = addPart(cli, policy, name, description, task);
        CLI::App *part = policy->get_subcommand(name);
        part->usage(
            "Usage: paddock policy " + name + " SANDBOX DESTINATION, or --global DESTINATION");
        part->add_option(
                "WORDS", options->words, "Such as web-shop *.example.com, and options of a rule")
            ->required();
        part->add_flag("-g,--global", options->global, "For all sandboxes; name none");
    }
}

} // namespace

void addPolicy(Cli &cli)
{
    CLI::App *policy =
        cli.verb("policy", "The network policy: show, check, allow, deny, rm, log", nullptr);
    addReading(cli, policy);
    addEditing(cli, policy);
    addPolicyLog(cli, policy);
}

} // namespace cli
