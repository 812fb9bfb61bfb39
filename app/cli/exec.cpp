#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/raw_terminal.h"
#include "app/cli/running.h"
#include "app/cli/verbs.h"

#include <QJsonArray>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct ExecOptions
{
    std::string name;
    std::string user;
    std::string directory;
    std::vector<std::string> environment;
    bool input = false;
    bool terminal = false;
};

core::Result<QJsonObject> parameters(const ExecOptions &options, const QStringList &command)
{
    QJsonObject environment;
    for (const std::string &setting : options.environment) {
        const QString text = QString::fromStdString(setting);
        const qsizetype equals = text.indexOf(u'=');
        if (equals < 1)
            return std::unexpected(core::Error{core::Error::Kind::Usage, u"-e wants NAME=VALUE"_s});
        environment.insert(text.first(equals), text.sliced(equals + 1));
    }
    QJsonObject object{
        {u"argv"_s, QJsonArray::fromStringList(command)}, {u"environment"_s, environment}};
    if (!options.user.empty())
        object.insert("user"_L1, QString::fromStdString(options.user));
    if (!options.directory.empty())
        object.insert("cwd"_L1, QString::fromStdString(options.directory));
    return object;
}

QFuture<int> exec(Cli &cli, const ExecOptions &options, const QStringList &command)
{
    if (command.isEmpty())
        return failed({core::Error::Kind::Usage, u"exec wants a command"_s});
    if (options.terminal && !hasTerminal())
        return failed(
            {core::Error::Kind::Usage, u"-t needs a terminal; leave it out without one"_s});
    const auto sandbox = cli.find(options.name);
    if (!sandbox)
        return failed(sandbox.error());
    const core::Result<QJsonObject> request = parameters(options, command);
    if (!request)
        return failed(request.error());
    const Opening opening{.id = sandbox->settings.id,
        .name = sandbox->settings.name,
        .method = u"exec"_s,
        .parameters = *request,
        .terminal = options.terminal,
        .input = options.input};
    return ensureRunning(cli, *sandbox)
        .then(&cli,
            [&cli, opening](const core::Result<> &running) {
                return running ? joined(cli, opening) : failed(running.error());
            })
        .unwrap();
}

} // namespace

void addExec(Cli &cli)
{
    auto options = std::make_shared<ExecOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("exec",
        "Run a command in a sandbox: exec [OPTIONS] SANDBOX COMMAND…",
        [&cli, options] { return exec(cli, *options, cli.trailing); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    verb->add_flag("-i,--interactive", options->input, "Pass standard input on");
    verb->add_flag("-t,--tty", options->terminal, "Give the command a terminal");
    verb->add_option("-u,--user", options->user, "User (default: agent)");
    verb->add_option("-w,--workdir", options->directory, "Directory (default: the folder)");
    verb->add_option("-e,--env", options->environment, "NAME=VALUE")->allow_extra_args(false);
}

} // namespace cli
