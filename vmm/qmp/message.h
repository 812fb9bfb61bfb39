#pragma once

#include "vmm/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <variant>

namespace vmm::qmp {

struct Command
{
    QString name = {}; ///< "query-status"
    QJsonObject arguments = {};
    friend bool operator==(const Command &, const Command &) = default;
};

/// The first message of a monitor.
struct Greeting
{
    QString version = {}; ///< "10.0.13"
    friend bool operator==(const Greeting &, const Greeting &) = default;
};

/// The answer to the command with the same id: a value, or Error::Kind::Refused with QEMU's own
/// words.
struct Reply
{
    qint64 id = 0; ///< 0: QEMU could not read the command
    Result<QJsonValue> value;
    friend bool operator==(const Reply &, const Reply &) = default;
};

struct Event
{
    QString name = {}; ///< "SHUTDOWN"
    QJsonObject data = {};
    friend bool operator==(const Event &, const Event &) = default;
};

using Message = std::variant<Greeting, Reply, Event>;

/// One line for the monitor, with its newline. `id` is positive.
QByteArray encode(const Command &command, qint64 id);

/// Fails with ProtocolViolation for a line that is none of the three.
Result<Message> decode(const QByteArray &line);

} // namespace vmm::qmp
