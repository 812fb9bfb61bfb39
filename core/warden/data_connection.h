#pragma once

#include "core/link/channel_frames.h"
#include "core/warden/terminal.h"

#include <QLocalSocket>
#include <QObject>
#include <QPointer>

#include <memory>

namespace core {

/// A client's data connection (API.md): channel frames both ways over a local socket. What is
/// common to terminals and commands; it deletes itself when the client hangs up.
class DataConnection : public QObject
{
    Q_OBJECT

public:
    /// `early` are bytes that came behind the ticket.
    DataConnection(std::unique_ptr<QLocalSocket> socket, QByteArray early);
    ~DataConnection() override;

protected:
    /// To be called once the derived object can take frames.
    void begin();
    void send(link::Channel channel, link::BytesView payload);
    void sendControl(const QJsonObject &message);
    /// Sends what is queued, then hangs up.
    void finish();
    [[nodiscard]] bool isFull() const;
    void setReading(bool reading);

    virtual void input(link::BytesView bytes) = 0;
    virtual void control(const QJsonObject &message) = 0;
    virtual void drained() = 0; ///< the client has read; isFull() may have changed

private:
    void read();
    void take(const QByteArray &bytes);

    std::unique_ptr<QLocalSocket> m_socket;
    QByteArray m_early;
    link::ChannelReader m_reader;
    bool m_reading = true;
};

/// A client looking at a terminal.
class TerminalConnection final : public DataConnection, public TerminalViewer
{
    Q_OBJECT

public:
    TerminalConnection(std::unique_ptr<QLocalSocket> socket, QByteArray early, Terminal &terminal);
    ~TerminalConnection() override;

    void show(const QByteArray &bytes) override;
    void showEnd(const QJsonObject &how) override;
    [[nodiscard]] bool isFull() const override;

protected:
    void input(link::BytesView bytes) override;
    void control(const QJsonObject &message) override;
    void drained() override;

private:
    QPointer<Terminal> m_terminal;
};

/// A client running one command: byte-exact without a terminal, filtered with one. Hanging up ends
/// the command.
class CommandConnection final : public DataConnection
{
    Q_OBJECT

public:
    enum class Output { Exact, Filtered };

    CommandConnection(std::unique_ptr<QLocalSocket> socket,
        QByteArray early,
        std::unique_ptr<GuestCommand> command,
        Output output);

protected:
    void input(link::BytesView bytes) override;
    void control(const QJsonObject &message) override;
    void drained() override;

private:
    void show(link::Channel channel, link::BytesView bytes, qsizetype cost);

    std::unique_ptr<GuestCommand> m_command;
    std::unique_ptr<TerminalFilter> m_filter;
    qsizetype m_owed = 0;
};

} // namespace core
