#include "core/config/config_keys.h"

#include <QDir>
#include <QRegularExpression>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace core {

namespace {

std::unexpected<Error> wrong(const QString &detail)
{
    return std::unexpected(Error{Error::Kind::Usage, detail});
}

template <bool Config::*Member>
Result<> setBool(Config &config, const ConfigValue &value)
{
    const bool *flag = std::get_if<bool>(&value);
    if (!flag)
        return wrong(u"true or false is expected"_s);
    config.*Member = *flag;
    return {};
}

template <qint64 Config::*Member, qint64 Least, qint64 Most>
Result<> setNumber(Config &config, const ConfigValue &value)
{
    const qint64 *number = std::get_if<qint64>(&value);
    if (!number || *number < Least || *number > Most)
        return wrong(u"a number from %1 to %2 is expected"_s.arg(Least).arg(Most));
    config.*Member = *number;
    return {};
}

template <auto Member>
ConfigValue get(const Config &config)
{
    return config.*Member;
}

Result<> setResolve(Config &config, const ConfigValue &value)
{
    static const QRegularExpression entry(
        uR"(^[A-Za-z0-9._-]+:[0-9]{1,5}=(\[[0-9A-Fa-f:.]+\]|[0-9.]+):[0-9]{1,5}$)"_s);
    const QStringList *list = std::get_if<QStringList>(&value);
    if (!list)
        return wrong(u"a list of \"host:port=address:port\" is expected"_s);
    for (const QString &text : *list) {
        if (!entry.match(text).hasMatch())
            return wrong(u"\"%1\" is not of the form host:port=address:port"_s.arg(text));
    }
    config.upstreamResolve = *list;
    return {};
}

Result<> setRegistries(Config &config, const ConfigValue &value)
{
    static const QRegularExpression entry(
        uR"(^(?=.*[A-Za-z])([A-Za-z0-9]+(-+[A-Za-z0-9]+)*\.)+[A-Za-z0-9]+(-+[A-Za-z0-9]+)*(:[1-9][0-9]{0,4})?$)"_s);
    const QStringList *list = std::get_if<QStringList>(&value);
    if (!list)
        return wrong(u"a list of \"host\" or \"host:port\" is expected"_s);
    for (const QString &text : *list) {
        if (!entry.match(text).hasMatch())
            return wrong(u"\"%1\" is not of the form host or host:port"_s.arg(text));
    }
    config.cacheRegistries = *list;
    return {};
}

Result<> setCaFile(Config &config, const ConfigValue &value)
{
    const QString *text = std::get_if<QString>(&value);
    if (!text || (!text->isEmpty() && !QDir::isAbsolutePath(*text)))
        return wrong(u"the absolute path of a PEM file is expected"_s);
    config.upstreamCaFile = *text;
    return {};
}

Result<> setProxy(Config &config, const ConfigValue &value)
{
    const QString *text = std::get_if<QString>(&value);
    const QUrl url = text ? QUrl(*text, QUrl::StrictMode) : QUrl();
    const bool form = url.scheme() == "http"_L1 && !url.host().isEmpty() && url.port() > 0 &&
                      url.path().size() <= 1 && url.query().isEmpty();
    if (!text || (!text->isEmpty() && !form))
        return wrong(u"http://host:port is expected"_s);
    config.upstreamProxy = *text;
    return {};
}

const QStringList onQuitNames{u"leave"_s, u"stop"_s, u"suspend"_s}; // as OnQuit

ConfigValue getOnQuit(const Config &config)
{
    return onQuitNames[qsizetype(config.onQuit)];
}

Result<> setOnQuit(Config &config, const ConfigValue &value)
{
    const QString *text = std::get_if<QString>(&value);
    if (!text || !onQuitNames.contains(*text))
        return wrong(u"\"leave\", \"stop\" or \"suspend\" is expected"_s);
    config.onQuit = OnQuit(onQuitNames.indexOf(*text));
    return {};
}

template <int Config::*Member>
ConfigValue getMinutes(const Config &config)
{
    return qint64(config.*Member);
}

template <int Config::*Member>
Result<> setMinutes(Config &config, const ConfigValue &value)
{
    constexpr qint64 most = 60 * 24 * 365;
    const qint64 *minutes = std::get_if<qint64>(&value);
    if (!minutes || *minutes < 0 || *minutes > most)
        return wrong(u"a number of minutes is expected; 0 is never"_s);
    config.*Member = int(*minutes);
    return {};
}

} // namespace

const QList<ConfigKey> &configKeys()
{
    static const QList<ConfigKey> keys{
        {.name = "acceleration.accept_emulation"_L1,
            .description = "Start machines without hardware acceleration too."_L1,
            .get = get<&Config::acceptEmulation>,
            .set = setBool<&Config::acceptEmulation>},
        {.name = "cache.budget_gib"_L1,
            .description = "Room for the container images that are kept."_L1,
            .get = get<&Config::cacheBudgetGiB>,
            .set = setNumber<&Config::cacheBudgetGiB, 0, 100'000>},
        {.name = "cache.images"_L1,
            .description =
                "Keep container images on this computer, so that sandboxes load them once."_L1,
            .get = get<&Config::cacheImages>,
            .set = setBool<&Config::cacheImages>},
        {.name = "cache.registries"_L1,
            .description = "The registries whose images are kept, as host or host:port."_L1,
            .get = get<&Config::cacheRegistries>,
            .set = setRegistries},
        {.name = "desktop.on_quit"_L1,
            .description =
                "What quitting the desktop does with running sandboxes: leave, stop or suspend."_L1,
            .get = getOnQuit,
            .set = setOnQuit},
        {.name = "disk.floor_gib"_L1,
            .description = "Machines stand still while less of this computer's disk is free."_L1,
            .get = get<&Config::diskFloorGiB>,
            .set = setNumber<&Config::diskFloorGiB, 0, 16'384>},
        {.name = "gateway.upstream.ca_file"_L1,
            .description =
                "A PEM file of roots trusted for upstream servers besides the system's."_L1,
            .get = get<&Config::upstreamCaFile>,
            .set = setCaFile},
        {.name = "gateway.upstream.proxy"_L1,
            .description = "The HTTP proxy through which the gateway reaches the network."_L1,
            .get = get<&Config::upstreamProxy>,
            .set = setProxy},
        {.name = "gateway.upstream.resolve"_L1,
            .description = "Addresses to dial instead of asking DNS, as host:port=address:port."_L1,
            .get = get<&Config::upstreamResolve>,
            .set = setResolve},
        {.name = "guest.trust_host_roots"_L1,
            .description = "Trust the roots added on this computer in sandboxes too."_L1,
            .get = get<&Config::trustHostRoots>,
            .set = setBool<&Config::trustHostRoots>},
        {.name = "snapshot.before_prompt"_L1,
            .description =
                "Take a snapshot when an agent is told something, every 2 minutes at most."_L1,
            .get = get<&Config::snapshotBeforePrompt>,
            .set = setBool<&Config::snapshotBeforePrompt>},
        {.name = "snapshot.budget_gib"_L1,
            .description =
                "Room for the automatic snapshots of a sandbox; the newest always stays."_L1,
            .get = get<&Config::snapshotBudgetGiB>,
            .set = setNumber<&Config::snapshotBudgetGiB, 0, 100'000>},
        {.name = "snapshot.every_minutes"_L1,
            .description =
                "Take a snapshot of a sandbox in which something happens this often; 0 is never."_L1,
            .get = getMinutes<&Config::snapshotEveryMinutes>,
            .set = setMinutes<&Config::snapshotEveryMinutes>},
        {.name = "suspend.idle_minutes"_L1,
            .description =
                "Suspend a sandbox in which nothing has happened for so long; 0 is never."_L1,
            .get = getMinutes<&Config::idleMinutes>,
            .set = setMinutes<&Config::idleMinutes>},
        {.name = "suspend.on_shutdown"_L1,
            .description =
                "Suspend running sandboxes when this computer shuts down, instead of stopping them."_L1,
            .get = get<&Config::suspendOnShutdown>,
            .set = setBool<&Config::suspendOnShutdown>},
        {.name = "templates.automatic"_L1,
            .description =
                "Freeze a warm machine in the background, for sandboxes to start from."_L1,
            .get = get<&Config::warmTemplates>,
            .set = setBool<&Config::warmTemplates>},
        {.name = "templates.budget_gib"_L1,
            .description =
                "Room for the memory of warm machines; the one used last always stays."_L1,
            .get = get<&Config::templateBudgetGiB>,
            .set = setNumber<&Config::templateBudgetGiB, 0, 100'000>},
    };
    return keys;
}

const ConfigKey *findConfigKey(QStringView name)
{
    for (const ConfigKey &key : configKeys()) {
        if (key.name == name)
            return &key;
    }
    return nullptr;
}

} // namespace core
