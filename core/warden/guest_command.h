#pragma once

#include "core/link/channel_frames.h"
#include "core/link/session.h"

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QPointer>

#include <optional>

namespace core {

class GuestControl;

/// A command running in the guest. Deleting it hangs the command up.
class GuestCommand : public QObject
{
    Q_OBJECT

public:
    /// A command that waits in the guest under a name.
    struct Parked
    {
        QString name;
        qint64 received = -1; ///< bytes of its output that are here; -1: all of it
    };

    GuestCommand(GuestControl &control, const QJsonObject &spec);
    GuestCommand(GuestControl &control, const Parked &parked);
    ~GuestCommand() override;

    /// Queues standard input; false when the guest is slower than its writer: wait for `writable`.
    bool write(link::BytesView bytes);
    void resize(int columns, int rows);
    /// Makes it wait in the guest; `ended` tells {"parked":{}} after the last output.
    void park(const QString &name);
    void sendControl(const QJsonObject &message); ///< "resize", "signal", "eof" of PROTOCOL.md
    /// Allows the guest to send `count` more bytes of output. What is not credited it may not send.
    void credit(qsizetype count);
    [[nodiscard]] bool isOver() const { return m_over; }

signals:
    void started();
    /// `cost` bytes are to be given to credit() when this output has gone where it belongs. `bytes`
    /// are valid during the call.
    void output(core::link::Channel channel, core::link::BytesView bytes, qsizetype cost);
    void writable();
    /// Once, after all output: {"exit":{…}}, {"parked":{}} or {"failed":"reason"}.
    void ended(const QJsonObject &how);

private:
    bool openStream(const QByteArray &path, const link::Headers &more = {});
    void takeData(link::BytesView bytes);
    void takeControl(const QByteArray &json);
    void send(link::Channel channel, link::BytesView payload);
    void flush();
    void finish(const QJsonObject &how);

    QPointer<GuestControl> m_control;
    std::optional<link::StreamId> m_stream;
    link::ChannelReader m_reader;
    link::Bytes m_unsent; ///< frames the stream did not take
    bool m_over = false;
};

} // namespace core
