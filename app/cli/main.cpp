#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/verbs.h"

#include <QCoreApplication>

#include <algorithm>
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
             cli::addSuspend,
             cli::addSnapshot,
             cli::addRm,
             cli::addLogs,
             cli::addWait,
             cli::addPolicy,
             cli::addSync,
             cli::addFork,
             cli::addDiff,
             cli::addAccept,
             cli::addSecret,
             cli::addConfig,
             cli::addDisk,
             cli::addResize,
             cli::addImage,
             cli::addTemplate,
             cli::addDesktop,
             cli::addDiagnose,
             cli::addVersion})
        add(program);
}

/// What stands before a command and the command itself, cut at "--". For `exec` the command begins
/// after the sandbox's name and may hold a "--" of its own.
struct Words
{
    QStringList own;
    QStringList trailing;
};

Words execWords(const QStringList &words)
{
    const QStringList valued{u"-u"_s, u"--user"_s, u"-w"_s, u"--workdir"_s, u"-e"_s, u"--env"_s};
    qsizetype at = 1;
    while (at < words.size() && words[at].startsWith(u'-'))
        at += valued.contains(words[at]) ? 2 : 1;
    Words cut{.own = words.first(std::min(at + 1, words.size())), .trailing = words.mid(at + 1)};
    if (cut.trailing.value(0) == "--"_L1)
        cut.trailing.removeFirst();
    return cut;
}

Words cutWords(const QStringList &words)
{
    if (words.value(0) == "exec"_L1)
        return execWords(words);
    const qsizetype dashes = words.indexOf("--"_L1);
    if (dashes < 0)
        return {.own = words, .trailing = {}};
    return {.own = words.first(dashes), .trailing = words.sliced(dashes + 1)};
}

bool isPositional(const CLI::Option *option)
{
    return option->get_positional();
}

/// The first word that should name a verb and does not; empty when all do.
QString unknownVerb(const CLI::App &program, const QStringList &words)
{
    const CLI::App *at = &program;
    for (const QString &word : words) {
        const auto verbs = at->get_subcommands([](const CLI::App *) { return true; });
        if (verbs.empty())
            return {};
        if (word.startsWith(u'-'))
            continue;
        const auto next = std::ranges::find_if(
            verbs, [&](const CLI::App *verb) { return verb->check_name(word.toStdString()); });
        if (next == verbs.end()) // a word of its own, where the verb has such
            return at->get_options(isPositional).empty() ? word : QString();
        at = *next;
    }
    return {};
}

int usageHint()
{
    cli::writeAll(2, "  See “paddock --help” or “paddock COMMAND --help”.\n");
    return 2;
}

/// Help goes to standard output with 0, a usage error to standard error with 2.
int parseFailed(const cli::Cli &program, const CLI::ParseError &problem)
{
    if (problem.get_exit_code() == 0)
        return program.app.exit(problem);
    cli::say(QString::fromUtf8(problem.what()));
    return usageHint();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const Words words = cutWords(application.arguments().sliced(1));
    cli::Cli program(core::Paths::fromEnvironment(), words.trailing);
    addVerbs(program);
    if (const QString unknown = unknownVerb(program.app, words.own); !unknown.isEmpty()) {
        cli::say(u"there is no command “%1”"_s.arg(unknown));
        return usageHint();
    }
    std::vector<std::string> arguments;
    for (const QString &word : words.own)
        arguments.insert(arguments.begin(), word.toStdString()); // CLI11 reads from the back
    try {
        program.app.parse(arguments);
    } catch (const CLI::ParseError &problem) {
        return parseFailed(program, problem);
    }
    return program.run();
}
