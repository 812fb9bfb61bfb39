#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/verbs.h"

#include <QCoreApplication>

#include <clocale>

using namespace Qt::StringLiterals;

namespace {

void addVerbs(cli::Cli &program)
{
    for (auto *add : {cli::addRun,
             cli::addCreate,
             cli::addLs,
             cli::addInspect,
             cli::addAttach,
             cli::addShell,
             cli::addExec,
             cli::addStart,
             cli::addStop,
             cli::addRm,
             cli::addLogs,
             cli::addWait,
             cli::addPolicy,
             cli::addSecret,
             cli::addConfig,
             cli::addImage,
             cli::addDesktop,
             cli::addDiagnose,
             cli::addVersion})
        add(program);
}

/// Help goes to standard output with 0, a usage error to standard error with 2.
int parseFailed(const cli::Cli &program, const CLI::ParseError &problem)
{
    if (problem.get_exit_code() == 0)
        return program.app.exit(problem);
    cli::say(QString::fromUtf8(problem.what()));
    cli::writeAll(2, "  See “paddock --help” or “paddock COMMAND --help”.\n");
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QStringList words = application.arguments().sliced(1);
    // What follows "--" is for the agent or the command, and no option of ours. `exec` cuts by
    // itself: its command may have a "--".
    const qsizetype dashes = words.value(0) == "exec"_L1 ? -1 : words.indexOf("--"_L1);
    const QStringList trailing = dashes < 0 ? QStringList() : words.sliced(dashes + 1);
    if (dashes >= 0)
        words = words.first(dashes);

    cli::Cli program(core::Paths::fromEnvironment(), trailing);
    addVerbs(program);
    std::vector<std::string> arguments;
    for (const QString &word : std::as_const(words))
        arguments.insert(arguments.begin(), word.toStdString()); // CLI11 reads from the back
    try {
        program.app.parse(arguments);
    } catch (const CLI::ParseError &problem) {
        return parseFailed(program, problem);
    }
    return program.run();
}
