#pragma once

#include "core/config/config.h"

#include <QLatin1StringView>
#include <QList>

#include <variant>

namespace core {

using ConfigValue = std::variant<bool, qint64, QString, QStringList>;

/// A setting: its name in config.toml and on the command line, and where it stands in `Config`.
struct ConfigKey
{
    QLatin1StringView name;        ///< "gateway.upstream.resolve"
    QLatin1StringView description; ///< English, one sentence
    ConfigValue (*get)(const Config &);
    /// Usage with the reason when the value is of another type or malformed.
    Result<> (*set)(Config &, const ConfigValue &);
};

/// Every setting, sorted by name.
const QList<ConfigKey> &configKeys();
const ConfigKey *findConfigKey(QStringView name);

} // namespace core
