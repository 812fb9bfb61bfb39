#include "core/agents/toml_reader.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {
namespace {

QString quoted(std::string_view key)
{
    return u"\"%1\""_s.arg(QString::fromUtf8(key.data(), qsizetype(key.size())));
}

} // namespace

TomlReader::TomlReader(QString source)
    : m_source(std::move(source))
{
}

void TomlReader::allow(const toml::table &table, std::initializer_list<std::string_view> known)
{
    for (const auto &[key, value] : table) {
        if (std::ranges::find(known, key.str()) == known.end())
            fail(key.source(), u"unknown key %1"_s.arg(quoted(key.str())));
    }
}

QString TomlReader::text(const toml::table &table, std::string_view key)
{
    if (!table.contains(key))
        fail(table.source(), u"%1 is missing"_s.arg(quoted(key)));
    return text(table, key, {});
}

QString TomlReader::text(const toml::table &table, std::string_view key, const QString &otherwise)
{
    const auto *node = table.get(key);
    if (!node)
        return otherwise;
    const auto *value = node->as_string();
    if (!value) {
        fail(node->source(), u"%1 must be a text"_s.arg(quoted(key)));
        return otherwise;
    }
    return QString::fromStdString(value->get());
}

QStringList TomlReader::texts(const toml::table &table, std::string_view key)
{
    const auto *node = table.get(key);
    if (!node)
        return {};
    const auto *array = node->as_array();
    QStringList list;
    for (std::size_t i = 0; array && i < array->size(); ++i) {
        const auto *value = array->get_as<std::string>(i);
        if (!value)
            array = nullptr;
        else
            list << QString::fromStdString(value->get());
    }
    if (!array)
        fail(node->source(), u"%1 must be a list of texts"_s.arg(quoted(key)));
    return list;
}

QHash<QString, QString> TomlReader::textMap(const toml::table &table, std::string_view key)
{
    const auto *node = table.get(key);
    if (!node)
        return {};
    QHash<QString, QString> map;
    const auto *inner = node->as_table();
    if (!inner) {
        fail(node->source(), u"%1 must be a table"_s.arg(quoted(key)));
        return map;
    }
    for (const auto &[name, value] : *inner)
        map.insert(QString::fromStdString(std::string(name.str())), text(*inner, name.str()));
    return map;
}

QList<const toml::table *> TomlReader::tables(const toml::table &table, std::string_view key)
{
    const auto *node = table.get(key);
    if (!node)
        return {};
    const auto *array = node->as_array();
    QList<const toml::table *> list;
    for (std::size_t i = 0; array && i < array->size(); ++i) {
        if (const auto *inner = array->get_as<toml::table>(i))
            list << inner;
        else
            array = nullptr;
    }
    if (!array)
        fail(node->source(),
            u"%1 must be tables, as in [[%2]]"_s.arg(
                quoted(key), QString::fromUtf8(key.data(), qsizetype(key.size()))));
    return list;
}

void TomlReader::fail(const toml::source_region &place, const QString &what)
{
    if (m_error)
        return;
    m_error = Error{
        .kind = Error::Kind::BadConfiguration,
        .detail =
            u"%1:%2:%3: %4"_s.arg(m_source).arg(place.begin.line).arg(place.begin.column).arg(what),
    };
}

} // namespace core
