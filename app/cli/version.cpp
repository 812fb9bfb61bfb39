#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/verbs.h"

using namespace Qt::StringLiterals;

namespace cli {

void addVersion(Cli &cli)
{
    auto json = std::make_shared<bool>(false); // lives as long as the verb's callback
    CLI::App *verb = cli.verb("version", "Show the version", [json] {
        if (*json)
            printJson({{u"version"_s, QString::fromLatin1(PADDOCK_VERSION)}});
        else
            print(u"paddock "_s + QString::fromLatin1(PADDOCK_VERSION));
        return done();
    });
    Cli::addJson(verb, *json);
}

} // namespace cli
