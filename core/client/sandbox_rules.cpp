#include "core/client/sandbox_rules.h"

#include "core/config/write_file.h"
#include "core/policy/decide.h"
#include "core/policy/effective.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {

namespace {

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

Error invalid(const policy::Diagnostic &diagnostic)
{
    return {Error::Kind::PolicyInvalid, text(policy::toText(diagnostic))};
}

Result<policy::Policy> policyOf(
    const Paths &paths, const SandboxSettings &settings, const Agent &agent)
{
    const Result<QString> global = readPolicyFile(paths.globalPolicyFile());
    if (!global)
        return std::unexpected(global.error());
    const Result<QString> own = readPolicyFile(sandboxPolicyFile(paths, settings.id));
    if (!own)
        return std::unexpected(own.error());
    policy::PolicyTexts texts{.mode = settings.network == NetworkMode::Locked
                                          ? policy::Mode::Locked
                                          : policy::Mode::Listed,
        .global = global->toStdString(),
        .sandbox = own->toStdString(),
        .presets = policy::builtinPresets(),
        .agentPresets = {}};
    for (const QString &preset : agent.presets)
        texts.agentPresets.push_back(preset.toStdString());
    policy::EffectivePolicy effective = policy::effectivePolicy(texts);
    for (const policy::Diagnostic &diagnostic : effective.diagnostics) {
        if (diagnostic.severity == policy::Diagnostic::Severity::Error)
            return std::unexpected(invalid(diagnostic));
    }
    return effective.policy.value_or(policy::Policy());
}

ListedRule listed(const policy::Rule &rule)
{
    const QString words = text(policy::toText(rule));
    const qsizetype space = words.indexOf(u' ');
    return {.verb = words.left(space),
        .target = words.mid(space + 1),
        .source = text(rule.origin.source),
        .line = rule.origin.line};
}

int sourceOrder(const ListedRule &rule)
{
    if (rule.source == "sandbox"_L1)
        return 0;
    return rule.source == "global"_L1 ? 1 : 2;
}

Result<int> stored(const QString &file, const policy::EditedPolicy &edited)
{
    if (edited.changed == 0)
        return 0;
    if (!makePrivateDirectory(QFileInfo(file).path()))
        return std::unexpected(Error{Error::Kind::NotPermitted, file});
    if (const Result<> written = writeFile(file, QByteArray::fromStdString(edited.text)); !written)
        return std::unexpected(written.error());
    return edited.changed;
}

} // namespace

QString sandboxPolicyFile(const Paths &paths, const SandboxId &id)
{
    return paths.sandbox(id.value) + u"/sandbox.policy"_s;
}

Result<QString> readPolicyFile(const QString &file)
{
    QFile opened(file);
    if (!opened.exists())
        return QString();
    if (!opened.open(QFile::ReadOnly))
        return std::unexpected(
            Error{Error::Kind::NotPermitted, file + u": "_s + opened.errorString()});
    return QString::fromUtf8(opened.read(qint64(policy::maxPolicyBytes) + 1));
}

Result<QList<ListedRule>> rulesInForce(
    const Paths &paths, const SandboxSettings &settings, const Agent &agent)
{
    const Result<policy::Policy> policy = policyOf(paths, settings, agent);
    if (!policy)
        return std::unexpected(policy.error());
    QList<ListedRule> rules;
    for (const policy::Rule &rule : policy->rules)
        rules.append(listed(rule));
    std::ranges::stable_sort(rules, {}, sourceOrder);
    return rules;
}

Result<DestinationCheck> checkDestination(const Paths &paths,
    const SandboxSettings &settings,
    const Agent &agent,
    const QString &destination)
{
    const Result<policy::Policy> policy = policyOf(paths, settings, agent);
    if (!policy)
        return std::unexpected(policy.error());
    const auto request = policy::requestFromPerson(destination.toStdString());
    if (!request)
        return std::unexpected(Error{Error::Kind::Usage,
            u"“%1” is no destination, such as example.com:443"_s.arg(destination)});
    const policy::Decision decision = policy::decide(
        *policy, {.sandbox = settings.name.toStdString(), .ownAddresses = {}}, *request);
    return DestinationCheck{.verdict = text(policy::code(decision.verdict)),
        .sentence = text(policy::explain(decision)),
        .rule = decision.rule ? text(decision.rule->text) : QString(),
        .source = decision.rule ? text(decision.rule->source) : QString()};
}

Result<int> addPolicyRule(const QString &file, const QString &rule)
{
    const Result<QString> content = readPolicyFile(file);
    if (!content)
        return std::unexpected(content.error());
    const auto edited = policy::addRule(content->toStdString(), rule.toStdString());
    if (!edited)
        return std::unexpected(invalid(edited.error()));
    return stored(file, *edited);
}

Result<int> removePolicyRule(const QString &file, const QString &rule)
{
    const Result<QString> content = readPolicyFile(file);
    if (!content)
        return std::unexpected(content.error());
    return stored(file, policy::removeRule(content->toStdString(), rule.toStdString()));
}

} // namespace core
