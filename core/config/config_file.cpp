#include "core/config/config_file.h"

#include "core/config/write_file.h"
#include "core/paths.h"

#include <QFile>
#include <QFileInfo>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <functional>
#include <toml++/toml.hpp>

using namespace Qt::StringLiterals;

namespace core {

namespace {

QString quoted(QString text)
{
    text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s);
    return u'"' + text + u'"';
}

QString toToml(const ConfigValue &value)
{
    if (const bool *flag = std::get_if<bool>(&value))
        return *flag ? u"true"_s : u"false"_s;
    if (const qint64 *number = std::get_if<qint64>(&value))
        return QString::number(*number);
    if (const QString *text = std::get_if<QString>(&value))
        return quoted(*text);
    QStringList items;
    for (const QString &item : std::get<QStringList>(value))
        items.append(quoted(item));
    return u'[' + items.join(u", "_s) + u']';
}

/// Offset of a place of toml++ (line and column from 1, in code points) in the text; -1 past its
/// end.
qsizetype offsetOf(const QString &content, const toml::source_position &place)
{
    qsizetype offset = 0;
    for (toml::source_index line = 1; line < place.line; ++line) {
        const qsizetype newline = content.indexOf(u'\n', offset);
        if (newline < 0)
            return -1;
        offset = newline + 1;
    }
    for (toml::source_index column = 1; column < place.column; ++column) {
        if (offset >= content.size())
            return column + 1 == place.column ? content.size() : -1;
        offset += content[offset].isHighSurrogate() ? 2 : 1;
    }
    return offset;
}

/// Replaces the value where it stands.
QString replaced(
    const QString &content, const toml::table &table, const ConfigKey &key, const QString &value)
{
    const toml::node_view node =
        table.at_path(std::string_view(key.name.data(), static_cast<std::size_t>(key.name.size())));
    if (!node)
        return {};
    const qsizetype begin = offsetOf(content, node.node()->source().begin);
    const qsizetype end = offsetOf(content, node.node()->source().end);
    if (begin < 0 || end < begin)
        return {};
    return content.first(begin) + value + content.sliced(end);
}

/// Puts a line below the header of the setting's section.
QString insertedBelowHeader(const QString &content, const QString &section, const QString &line)
{
    qsizetype offset = 0;
    while (offset < content.size()) {
        qsizetype end = content.indexOf(u'\n', offset);
        end = end < 0 ? content.size() : end;
        const QStringView text = QStringView(content).sliced(offset, end - offset);
        const QStringView header =
            text.left(text.indexOf(u'#') < 0 ? text.size() : text.indexOf(u'#')).trimmed();
        if (header == QString(u'[' + section + u']'))
            return content.first(end) + u'\n' + line + content.sliced(end);
        offset = end + 1;
    }
    return {};
}

QString withNewSection(const QString &content, const QString &section, const QString &line)
{
    QString text = content;
    if (!text.isEmpty() && !text.endsWith(u'\n'))
        text += u'\n';
    if (!text.isEmpty())
        text += u'\n';
    return text + u'[' + section + u"]\n"_s + line + u'\n';
}

} // namespace

QString toText(const ConfigValue &value)
{
    if (const QString *text = std::get_if<QString>(&value))
        return *text;
    if (const QStringList *list = std::get_if<QStringList>(&value))
        return list->join(u',');
    return toToml(value);
}

Result<ConfigValue> configValueFromText(const ConfigKey &key, const QString &text)
{
    ConfigValue value = text;
    const ConfigValue pattern = key.get(Config());
    if (std::holds_alternative<bool>(pattern) && (text == "true"_L1 || text == "false"_L1))
        value = text == "true"_L1;
    else if (std::holds_alternative<qint64>(pattern)) {
        bool isNumber = false;
        if (const qint64 number = text.toLongLong(&isNumber); isNumber)
            value = number;
    } else if (std::holds_alternative<QStringList>(pattern)) {
        QString list = text.trimmed();
        if (list.startsWith(u'[') && list.endsWith(u']'))
            list = list.sliced(1, list.size() - 2);
        QStringList items;
        for (QString item : list.split(u',', Qt::SkipEmptyParts)) {
            item = item.trimmed();
            if (item.size() > 1 && item.startsWith(u'"') && item.endsWith(u'"'))
                item = item.sliced(1, item.size() - 2);
            items.append(item);
        }
        value = items;
    }
    Config scratch;
    if (const Result<> fits = key.set(scratch, value); !fits)
        return std::unexpected(
            Error{Error::Kind::Usage, u"%1: %2"_s.arg(key.name, fits.error().detail)});
    return value;
}

Result<QString> withSetting(const QString &content, const ConfigKey &key, const ConfigValue &value)
{
    const Result<Config> before = parseConfig(content, u"config.toml"_s);
    if (!before)
        return std::unexpected(before.error());
    Config wanted = *before;
    if (const Result<> fits = key.set(wanted, value); !fits)
        return std::unexpected(fits.error());
    const std::string bytes = content.toStdString();
    const toml::parse_result parsed = toml::parse(bytes);
    const QString name = key.name;
    const QString section = name.left(name.lastIndexOf(u'.'));
    const QString last = name.sliced(section.size() + 1);
    // A file may spell a table in several ways; the first edit that means the wanted settings is
    // the one.
    const std::array<std::function<QString()>, 4> edits{
        [&] { return replaced(content, parsed.table(), key, toToml(value)); },
        [&] { return insertedBelowHeader(content, section, last + u" = "_s + toToml(value)); },
        [&] { return withNewSection(content, section, last + u" = "_s + toToml(value)); },
        [&] { return name + u" = "_s + toToml(value) + u'\n' + content; },
    };
    for (const auto &edit : edits) {
        const QString edited = edit();
        if (!edited.isEmpty() && parseConfig(edited, {}) == wanted)
            return edited;
    }
    return std::unexpected(Error{Error::Kind::BadConfiguration,
        u"%1 cannot be set beside what the file says; edit the file"_s.arg(name)});
}

Result<> storeSetting(const QString &path, const ConfigKey &key, const ConfigValue &value)
{
    QFile file(path);
    QString content;
    if (file.exists()) {
        if (!file.open(QFile::ReadOnly))
            return std::unexpected(
                Error{Error::Kind::BadConfiguration, u"%1: %2"_s.arg(path, file.errorString())});
        content = QString::fromUtf8(file.readAll());
    } else if (!makePrivateDirectory(QFileInfo(path).absolutePath())) {
        return std::unexpected(
            Error{Error::Kind::NotPermitted, u"cannot create the directory of "_s + path});
    }
    Result<QString> edited = withSetting(content, key, value);
    if (!edited) {
        edited.error().detail.replace(u"config.toml"_s, path);
        return std::unexpected(edited.error());
    }
    return writeFile(path, edited->toUtf8());
}

} // namespace core
