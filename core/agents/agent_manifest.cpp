#include "core/agents/agent_manifest.h"

#include "core/agents/toml_reader.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype maxManifestBytes = 64 << 10;

CredentialBinding readCredential(TomlReader &reader, const toml::table &table)
{
    reader.allow(table,
        {"service",
            "hosts",
            "path_prefix",
            "strip",
            "header",
            "format",
            "variable",
            "placeholder_prefix"});
    CredentialBinding binding{
        .service = reader.text(table, "service"),
        .hosts = reader.texts(table, "hosts"),
        .pathPrefix = reader.text(table, "path_prefix", u"/"_s),
        .strip = reader.texts(table, "strip"),
        .header = reader.text(table, "header"),
        .format = reader.text(table, "format", u"{secret}"_s),
        .variable = reader.text(table, "variable"),
        .placeholderPrefix = reader.text(table, "placeholder_prefix", {}),
    };
    if (binding.hosts.isEmpty())
        reader.fail(table.source(), u"a credential needs \"hosts\""_s);
    if (binding.hosts.join(u' ').contains(u'*'))
        reader.fail(table.source(), u"a credential is bound to exact hosts, without *"_s);
    if (!binding.format.contains("{secret}"_L1))
        reader.fail(table.source(), u"\"format\" must hold {secret}"_s);
    return binding;
}

AgentFile readFile(TomlReader &reader, const toml::table &table)
{
    static const QRegularExpression modePattern(u"^0[0-7]{3}$"_s);
    reader.allow(table, {"path", "content", "mode"});
    AgentFile file{
        .path = reader.text(table, "path"),
        .content = reader.text(table, "content"),
        .mode = reader.text(table, "mode", u"0600"_s),
    };
    if (!file.path.startsWith(u'/') || file.path.contains("/../"_L1))
        reader.fail(table.source(), u"\"path\" must be absolute, without .."_s);
    if (!modePattern.match(file.mode).hasMatch())
        reader.fail(table.source(), u"\"mode\" must be like 0600"_s);
    return file;
}

Agent readAgent(TomlReader &reader, const toml::table &table)
{
    static const QRegularExpression idPattern(u"^[a-z0-9][a-z0-9-]{0,31}$"_s);
    reader.allow(table,
        {"id",
            "name",
            "command",
            "default_arguments",
            "environment",
            "presets",
            "credential",
            "file"});
    Agent agent{
        .id = reader.text(table, "id"),
        .name = reader.text(table, "name"),
        .command = reader.texts(table, "command"),
        .defaultArguments = reader.texts(table, "default_arguments"),
        .environment = reader.textMap(table, "environment"),
        .presets = reader.texts(table, "presets"),
        .credentials = {},
        .files = {},
    };
    for (const auto *credential : reader.tables(table, "credential"))
        agent.credentials << readCredential(reader, *credential);
    for (const auto *file : reader.tables(table, "file"))
        agent.files << readFile(reader, *file);
    if (!idPattern.match(agent.id).hasMatch())
        reader.fail(table.source(), u"\"id\" must be 1-32 of a-z 0-9 -"_s);
    if (agent.command.isEmpty())
        reader.fail(table.source(), u"\"command\" is missing"_s);
    return agent;
}

} // namespace

Result<Agent> agentFromToml(const QByteArray &text, const QString &source)
{
    TomlReader reader(source);
    if (text.size() > maxManifestBytes) {
        reader.fail({}, u"longer than 64 KiB"_s);
        return std::unexpected(*reader.error());
    }
    const auto parsed = toml::parse(std::string_view(text.constData(), std::size_t(text.size())));
    if (!parsed) {
        const auto description = parsed.error().description();
        reader.fail(parsed.error().source(),
            QString::fromUtf8(description.data(), qsizetype(description.size())));
        return std::unexpected(*reader.error());
    }
    auto agent = readAgent(reader, parsed.table());
    if (reader.error())
        return std::unexpected(*reader.error());
    return agent;
}

} // namespace core
