#pragma once

#include "core/result.h"

#include <QHash>
#include <QStringList>

#include <initializer_list>
#include <optional>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.hpp>

namespace core {

/// Takes typed values out of TOML tables and keeps the first thing that was wrong, with its place.
class TomlReader
{
public:
    explicit TomlReader(QString source);

    /// Refuses every key of `table` that is not among `known`.
    void allow(const toml::table &table, std::initializer_list<std::string_view> known);
    QString text(const toml::table &table, std::string_view key);
    QString text(const toml::table &table, std::string_view key, const QString &otherwise);
    QStringList texts(const toml::table &table, std::string_view key);
    QHash<QString, QString> textMap(const toml::table &table, std::string_view key);
    /// The tables of `[[key]]`; none when absent.
    QList<const toml::table *> tables(const toml::table &table, std::string_view key);

    void fail(const toml::source_region &place, const QString &what);
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    QString m_source;
    std::optional<Error> m_error;
};

} // namespace core
