#include "app/cli/resize.h"

#include "app/cli/console.h"
#include "app/cli/sizes.h"
#include "app/cli/verbs.h"
#include "core/client/sandbox_sizes.h"

using namespace Qt::StringLiterals;

namespace cli {

namespace {

struct ResizeOptions
{
    std::string name;
    std::string memory;
    int cpus = 0;
};

/// "cpus and memory".
QString listed(const QStringList &words)
{
    return words.join(" and "_L1);
}

core::Result<core::SizeChange> changeFor(const ResizeOptions &options)
{
    core::SizeChange change;
    if (options.cpus != 0)
        change.cpus = options.cpus;
    if (options.memory.empty())
        return change;
    const auto memory = mebibytes(QString::fromStdString(options.memory));
    if (!memory)
        return std::unexpected(memory.error());
    change.memoryMiB = *memory;
    return change;
}

QFuture<int> resize(Cli &cli, const ResizeOptions &options)
{
    const auto change = changeFor(options);
    if (!change)
        return failed(change.error());
    const auto sandbox = cli.find(options.name);
    return sandbox ? applied(cli, *sandbox, *change) : failed(sandbox.error());
}

} // namespace

QFuture<int> applied(Cli &cli, const core::SandboxStatus &sandbox, const core::SizeChange &change)
{
    const auto name = sandbox.settings.name;
    return core::changeSizes(cli.sandboxes(), sandbox.settings.id, change)
        .then(&cli, [name](const core::Result<core::SizeAnswer> &answer) {
            if (!answer)
                return fail(answer.error());
            if (!answer->now.isEmpty())
                say(u"%1: changed %2"_s.arg(name, listed(answer->now)));
            if (!answer->atNextStart.isEmpty())
                say(u"%1: changed %2 from the next start on; “paddock restart %1” does it now"_s
                        .arg(name, listed(answer->atNextStart)));
            return 0;
        });
}

void addResize(Cli &cli)
{
    auto options = std::make_shared<ResizeOptions>(); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("resize",
        "Give a sandbox other CPUs or memory; a running one has them from its next start on",
        [&cli, options] { return resize(cli, *options); });
    verb->add_option("SANDBOX", options->name, "Name or id")->required();
    verb->add_option("--cpus", options->cpus, "Virtual CPUs");
    verb->add_option("--memory", options->memory, "Memory, such as 4GiB");
}

} // namespace cli
