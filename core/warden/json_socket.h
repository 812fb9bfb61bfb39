#pragma once

#include "core/result.h"
#include "vmm/descriptor.h"
#include "vmm/qmp/framer.h"

#include <QJsonObject>
#include <QLocalSocket>
#include <QObject>

namespace core {

/// JSON objects, one a line, both ways over a connected UNIX socket. Bounded: a longer line than
/// the framer takes, or more than 16 MiB that the peer does not read, closes it.
class JsonSocket : public QObject
{
    Q_OBJECT

public:
    explicit JsonSocket(vmm::Descriptor descriptor);

    void send(const QJsonObject &message);

signals:
    void received(const QJsonObject &message);
    void closed(const QString &reason); ///< once

private:
    void read();
    void close(const QString &reason);

    QLocalSocket m_socket;
    vmm::qmp::Framer m_framer;
    bool m_closed = false;
};

} // namespace core
