#include "app/cli/launch_options.h"

#include "app/cli/sizes.h"
#include "core/agents/agent_catalog.h"
#include "core/credentials/secret_text.h"

#include <QDir>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

std::unexpected<Error> usage(const QString &detail)
{
    return std::unexpected(Error{Error::Kind::Usage, detail});
}

core::Result<QString> folder(const LaunchOptions &options, const core::Paths &paths)
{
    if (options.folders.size() > 1)
        return usage(u"several folders in one sandbox come with a later version; name one"_s);
    QString path = options.folders.empty() ? QDir::currentPath()
                                           : QString::fromStdString(options.folders.front());
    if (path.endsWith(":ro"_L1) && !QDir(path).exists())
        return usage(u"read-only folders (:ro) come with a later version"_s);
    if (path.isEmpty())
        return usage(u"the folder's name is empty"_s);
    path = QDir::current().absoluteFilePath(path);
    core::Result<QString> checked = core::checkedWorkspace(path, paths);
    if (!checked && !checked.error().detail.contains(path))
        checked.error().detail = path + u": "_s + checked.error().detail;
    return checked;
}

core::Result<> readSizes(const LaunchOptions &options, core::SandboxSettings &settings)
{
    if (!options.memory.empty()) {
        const core::Result<int> memory = mebibytes(QString::fromStdString(options.memory));
        if (!memory)
            return std::unexpected(memory.error());
        settings.memoryMiB = *memory;
    }
    if (!options.disk.empty()) {
        const core::Result<int> disk = gibibytes(QString::fromStdString(options.disk));
        if (!disk)
            return std::unexpected(disk.error());
        settings.diskGiB = *disk;
    }
    if (options.cpus < 1 || options.cpus > 64)
        return usage(u"--cpus must be 1 to 64"_s);
    if (settings.memoryMiB < 512 || settings.memoryMiB > 262'144)
        return usage(u"--memory must be 512MiB to 256GiB"_s);
    settings.cpus = options.cpus;
    return {};
}

core::Result<> readSecrets(const LaunchOptions &options, Launch &launch)
{
    for (const std::string &argument : options.secrets) {
        const auto secret = core::secretFromArgument(QString::fromStdString(argument));
        if (!secret)
            return std::unexpected(secret.error());
        launch.sessionSecrets.insert(secret->service, secret->value);
    }
    return {};
}

} // namespace

void LaunchOptions::addTo(CLI::App *verb)
{
    verb->add_option("AGENT", agent, "claude, codex, gemini, shell, or one of your own")
        ->required();
    verb->add_option("FOLDER", folders, "The project folder (default: the current one)");
    verb->add_option("--name", name, "The sandbox's name");
    verb->add_option("--network",
            network,
            "listed (what the policy lists) or locked (nothing but your own rules)")
        ->capture_default_str();
    verb->add_option("--cpus", cpus, "Virtual CPUs")->capture_default_str();
    verb->add_option("--memory", memory, "Memory, such as 4GiB");
    verb->add_option("--disk", disk, "Largest size of its disks, such as 20GiB");
    verb->add_option("--secret",
            secrets,
            "A key for this session: SERVICE=env:VARIABLE or SERVICE=file:PATH")
        ->allow_extra_args(false);
    verb->add_flag(
        "--accept-emulation", acceptEmulation, "Go on without hardware acceleration; remembered");
    verb->add_flag(
        "--allow-secret-files", allowSecretFiles, "Send .env files and keys into the sandbox too");
}

core::Result<Launch> checkedLaunch(Cli &cli, const LaunchOptions &options)
{
    Launch launch;
    const auto agent =
        core::AgentCatalog::load(cli.paths).find(QString::fromStdString(options.agent));
    if (!agent)
        return std::unexpected(agent.error());
    const auto network = core::networkModeFromString(QString::fromStdString(options.network));
    if (!network)
        return std::unexpected(network.error());
    const core::Result<QString> workspace = folder(options, cli.paths);
    if (!workspace)
        return std::unexpected(workspace.error());
    launch.settings.agent = agent->id;
    launch.settings.network = *network;
    launch.settings.workspace = *workspace;
    launch.settings.name = QString::fromStdString(options.name);
    launch.settings.allowSecretFiles = options.allowSecretFiles;
    launch.arguments = cli.trailing;
    for (const core::CredentialBinding &binding : agent->credentials)
        launch.services.append(binding.service);
    if (const auto sizes = readSizes(options, launch.settings); !sizes)
        return std::unexpected(sizes.error());
    if (const auto secrets = readSecrets(options, launch); !secrets)
        return std::unexpected(secrets.error());
    return launch;
}

} // namespace cli
