#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/config/config_file.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using core::Error;

namespace cli {

namespace {

core::Result<const core::ConfigKey *> keyNamed(const std::string &name)
{
    if (const core::ConfigKey *key = core::findConfigKey(QString::fromStdString(name)))
        return key;
    QStringList names;
    for (const core::ConfigKey &key : core::configKeys())
        names.append(key.name);
    return std::unexpected(Error{Error::Kind::Usage,
        u"there is no setting \"%1\"; the settings are %2"_s.arg(
            QString::fromStdString(name), names.join(u", "_s))});
}

QJsonValue toJson(const core::ConfigValue &value)
{
    if (const bool *flag = std::get_if<bool>(&value))
        return *flag;
    if (const qint64 *number = std::get_if<qint64>(&value))
        return *number;
    if (const QString *text = std::get_if<QString>(&value))
        return *text;
    return QJsonArray::fromStringList(std::get<QStringList>(value));
}

void showAll(const core::Config &config, bool json)
{
    QJsonObject values;
    QList<QStringList> rows;
    for (const core::ConfigKey &key : core::configKeys()) {
        values.insert(key.name, toJson(key.get(config)));
        rows.append({key.name, core::toText(key.get(config)), key.description});
    }
    if (json)
        printJson({{u"settings"_s, values}});
    else
        printTable({u"SETTING"_s, u"VALUE"_s, u"MEANING"_s}, rows);
}

QFuture<int> get(Cli &cli, const std::string &name, bool json)
{
    const auto config = cli.config();
    if (!config)
        return failed(config.error());
    if (name.empty()) {
        showAll(*config, json);
        return done();
    }
    const auto key = keyNamed(name);
    if (!key)
        return failed(key.error());
    if (json)
        printJson({{u"key"_s, (*key)->name}, {u"value"_s, toJson((*key)->get(*config))}});
    else
        print(core::toText((*key)->get(*config)));
    return done();
}

QFuture<int> set(Cli &cli, const std::string &name, const std::string &text)
{
    const auto key = keyNamed(name);
    if (!key)
        return failed(key.error());
    const auto value = core::configValueFromText(**key, QString::fromStdString(text));
    if (!value)
        return failed(value.error());
    const auto stored = core::storeSetting(cli.paths.configFile(), **key, *value);
    return stored ? done() : failed(stored.error());
}

} // namespace

void addConfig(Cli &cli)
{
    CLI::App *config = cli.verb("config", "Settings: get, set", nullptr);
    auto words =
        std::make_shared<std::pair<std::string, std::string>>(); // the verbs' callbacks use them
    auto json = std::make_shared<bool>(false);
    CLI::App *reading = cli.verb(
        "get",
        "Show a setting, or all",
        [&cli, words, json] { return get(cli, words->first, *json); },
        config);
    reading->add_option("KEY", words->first, "Such as gateway.upstream.proxy");
    Cli::addJson(reading, *json);
    CLI::App *writing = cli.verb(
        "set",
        "Change a setting in config.toml; comments stay",
        [&cli, words] { return set(cli, words->first, words->second); },
        config);
    writing->add_option("KEY", words->first, "Such as gateway.upstream.proxy")->required();
    writing->add_option("VALUE", words->second, "A list with commas")->required();
}

} // namespace cli
