#pragma once

#include "app/cli/cli.h"

#include <QHash>

#include <vector>

namespace cli {

/// What `run` and `create` are given on the command line.
struct LaunchOptions
{
    std::string agent;
    std::vector<std::string> folders;
    std::string name;
    std::string network = "listed";
    std::string memory;
    std::string disk;
    int cpus = 2;
    std::vector<std::string> secrets;
    bool acceptEmulation = false;
    bool detach = false;
    bool allowSecretFiles = false;

    void addTo(CLI::App *verb);
};

/// The same, checked.
struct Launch
{
    core::SandboxSettings settings;
    QHash<QString, QByteArray> sessionSecrets;
    QStringList services;  ///< that the agent has a use for
    QStringList arguments; ///< for the agent
};

/// Usage, UnknownAgent, FolderRefused or BadConfiguration with the reason. Reads the agent's
/// manifest; creates nothing.
core::Result<Launch> checkedLaunch(Cli &cli, const LaunchOptions &options);

} // namespace cli
