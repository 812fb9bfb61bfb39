#pragma once

#include "core/config/config_keys.h"

namespace core {

/// A value as it is printed and typed: "true", a text as it is, a list with commas.
QString toText(const ConfigValue &value);
/// The value of `key` that a typed text means; a list may also be TOML, `["a", "b"]`. Usage when it
/// means none.
Result<ConfigValue> configValueFromText(const ConfigKey &key, const QString &text);

/// The text of config.toml with one setting changed; comments, order and all other lines stay.
/// BadConfiguration when the text was invalid before.
Result<QString> withSetting(const QString &content, const ConfigKey &key, const ConfigValue &value);

/// Changes one setting in the file, which is created when it is missing.
Result<> storeSetting(const QString &file, const ConfigKey &key, const ConfigValue &value);

} // namespace core
