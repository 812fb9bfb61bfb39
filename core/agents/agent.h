#pragma once

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

namespace core {

/// A file that is written into the sandbox before the agent starts: its onboarding, trust and
/// bypass dialogs answered.
struct AgentFile
{
    QString path; ///< absolute, in the guest; "{workspace}" in path and content is replaced
    QString content;
    QString mode; ///< "0600"
    friend bool operator==(const AgentFile &, const AgentFile &) = default;
};

/// A managed credential's binding: which request gets which header.
struct CredentialBinding
{
    QString service;   ///< "anthropic"
    QStringList hosts; ///< exact names; https, port 443
    QString pathPrefix;
    QStringList strip; ///< headers removed from the client's request, lower case
    QString header;
    QString format;            ///< "{secret}" or "Bearer {secret}"
    QString variable;          ///< environment variable in the sandbox that holds the placeholder
    QString placeholderPrefix; ///< "sk-ant-api03-": clients check it
    friend bool operator==(const CredentialBinding &, const CredentialBinding &) = default;
};

/// An agent as data: resources/agents/*.toml, or the user's own in the configuration directory.
struct Agent
{
    QString id;
    QString name;
    QStringList command; ///< program and its fixed arguments, with the flag that gives autonomy
                         ///< inside a sandbox
    QStringList defaultArguments; ///< replaced by the user's when the first of those is no option
    QHash<QString, QString> environment;
    QStringList presets; ///< policy presets of the agent, e.g. "agent-claude"
    QList<CredentialBinding> credentials;
    QList<AgentFile> files;
    friend bool operator==(const Agent &, const Agent &) = default;
};

/// The whole command line for the agent with the user's arguments.
QStringList agentCommand(const Agent &agent, const QStringList &userArguments);

} // namespace core
