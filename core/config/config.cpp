#include "core/config/config.h"

#include "core/config/config_keys.h"

#include <QFile>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.hpp>

using namespace Qt::StringLiterals;

namespace core {

namespace {

constexpr qint64 maxConfigBytes = 1 << 20;

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

/// Walks the tables of a document and sets the settings they name.
class Reading
{
public:
    explicit Reading(QString name)
        : m_name(std::move(name))
    {
    }

    Result<> read(const toml::table &table, const QString &prefix)
    {
        for (const auto &[key, node] : table) {
            const QString name = prefix + text(key.str());
            const toml::table *inner = node.as_table();
            const Result<> done =
                inner && isSection(name) ? read(*inner, name + u'.') : set(name, key, node);
            if (!done)
                return done;
        }
        return {};
    }
    std::unexpected<Error> fault(const toml::source_region &place, const QString &what) const
    {
        return std::unexpected(Error{Error::Kind::BadConfiguration,
            u"%1:%2:%3: %4"_s.arg(m_name).arg(place.begin.line).arg(place.begin.column).arg(what)});
    }
    [[nodiscard]] const Config &config() const { return m_config; }

private:
    static bool isSection(const QString &name)
    {
        for (const ConfigKey &key : configKeys()) {
            if (QString(key.name).startsWith(name + u'.'))
                return true;
        }
        return false;
    }
    Result<> set(const QString &name, const toml::key &place, const toml::node &node)
    {
        const ConfigKey *key = findConfigKey(name);
        if (!key)
            return fault(place.source(), u"unknown key \"%1\""_s.arg(name));
        const std::optional<ConfigValue> value = valueOf(node);
        if (!value)
            return fault(node.source(), u"%1: a value of this type is not expected"_s.arg(name));
        if (const Result<> done = key->set(m_config, *value); !done)
            return fault(node.source(), u"%1: %2"_s.arg(name, done.error().detail));
        return {};
    }
    static std::optional<ConfigValue> valueOf(const toml::node &node)
    {
        if (const auto *flag = node.as_boolean())
            return flag->get();
        if (const auto *number = node.as_integer())
            return qint64(number->get());
        if (const auto *string = node.as_string())
            return text(string->get());
        const toml::array *array = node.as_array();
        if (!array)
            return std::nullopt;
        QStringList list;
        for (const toml::node &item : *array) {
            if (!item.is_string())
                return std::nullopt;
            list.append(text(item.as_string()->get()));
        }
        return list;
    }

    QString m_name;
    Config m_config;
};

} // namespace

Result<Config> parseConfig(const QString &content, const QString &name)
{
    Reading reading(name);
    const std::string bytes = content.toStdString();
    const toml::parse_result parsed = toml::parse(bytes);
    if (!parsed)
        return reading.fault(parsed.error().source(), text(parsed.error().description()));
    if (const Result<> done = reading.read(parsed.table(), {}); !done)
        return std::unexpected(done.error());
    return reading.config();
}

Result<Config> loadConfig(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return Config();
    if (!file.open(QFile::ReadOnly))
        return std::unexpected(
            Error{Error::Kind::BadConfiguration, u"%1: %2"_s.arg(path, file.errorString())});
    return parseConfig(QString::fromUtf8(file.read(maxConfigBytes)), path);
}

} // namespace core
