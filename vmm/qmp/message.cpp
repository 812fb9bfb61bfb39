#include "vmm/qmp/message.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace vmm::qmp {
namespace {

Greeting greetingFrom(const QJsonObject &qmp)
{
    const auto version = qmp[u"version"_s][u"qemu"_s];
    return {.version = u"%1.%2.%3"_s.arg(version[u"major"_s].toInt())
                .arg(version[u"minor"_s].toInt())
                .arg(version[u"micro"_s].toInt())};
}

Reply refusalFrom(const QJsonObject &object)
{
    const auto error = object[u"error"_s];
    return {.id = object[u"id"_s].toInteger(),
        .value = std::unexpected(Error{.kind = Error::Kind::Refused,
            .detail = error[u"class"_s].toString() + u": "_s + error[u"desc"_s].toString()})};
}

} // namespace

QByteArray encode(const Command &command, qint64 id)
{
    QJsonObject object{{u"execute"_s, command.name}, {u"id"_s, id}};
    if (!command.arguments.isEmpty())
        object[u"arguments"_s] = command.arguments;
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

Result<Message> decode(const QByteArray &line)
{
    const auto object = QJsonDocument::fromJson(line).object();
    if (object.contains("QMP"_L1))
        return greetingFrom(object[u"QMP"_s].toObject());
    if (object.contains("event"_L1))
        return Event{.name = object[u"event"_s].toString(), .data = object[u"data"_s].toObject()};
    if (object.contains("error"_L1))
        return refusalFrom(object);
    if (object.contains("return"_L1))
        return Reply{.id = object[u"id"_s].toInteger(), .value = object[u"return"_s]};
    return std::unexpected(Error{.kind = Error::Kind::ProtocolViolation,
        .detail = u"not a QMP message: "_s + QString::fromUtf8(line.left(200))});
}

} // namespace vmm::qmp
