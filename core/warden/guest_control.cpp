#include "core/warden/guest_control.h"

#include "core/warden/guest_command.h"

#include <QJsonDocument>
#include <QPointer>
#include <QPromise>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr qint64 portBuffer = 256 << 10;
constexpr qsizetype maxAnswer = 1 << 20;
constexpr qsizetype maxEventLine = 64 << 10;
constexpr auto reconnectPause = 100ms;

link::Nonce randomNonce()
{
    link::Nonce nonce;
    for (auto &byte : nonce)
        byte = char(QRandomGenerator::system()->bounded(256));
    return nonce;
}

link::BytesView view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

link::Headers headersFor(const QByteArray &method, const QByteArray &path)
{
    return {{":method", method.toStdString()},
        {":scheme", "http"},
        {":authority", "guest"},
        {":path", path.toStdString()}};
}

/// One request that waits for its answer.
struct Exchange
{
    QPromise<Result<QByteArray>> promise;
    int status = 0;
    QByteArray body;
    bool settled = false;

    void settle(Result<QByteArray> result)
    {
        if (std::exchange(settled, true))
            return;
        promise.addResult(std::move(result));
        promise.finish();
    }
    void settleFailure(Error::Kind kind, const QString &detail)
    {
        settle(std::unexpected(Error{.kind = kind, .detail = detail}));
    }
    void complete()
    {
        if (status == 200)
            return settle(body);
        const auto reason = QJsonDocument::fromJson(body).object().value("error"_L1).toString();
        settleFailure(Error::Kind::Failed,
            status == 0 ? u"the connection to the guest was lost"_s
                        : u"the guest answered %1: %2"_s.arg(status).arg(reason.left(500)));
    }
};

} // namespace

GuestControl::GuestControl(ConnectPort connectPort)
    : m_connectPort(std::move(connectPort))
    , m_input(portBuffer, '\0')
{
    m_repeat.setSingleShot(true);
    connect(&m_repeat, &QTimer::timeout, this, [this] { m_port ? greet() : connectOnce(); });
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        m_repeat.stop();
        settleOpen(std::unexpected(Error{Error::Kind::GuestSilent, m_lastFailure}));
    });
}

GuestControl::~GuestControl()
{
    blockSignals(true);
    close();
}

Future<> GuestControl::open(std::chrono::milliseconds patience)
{
    close();
    m_lastFailure = u"the guest did not answer within %1 s"_s.arg(patience.count() / 1000);
    m_opening = std::make_shared<QPromise<Result<>>>();
    m_opening->start();
    m_deadline.start(patience);
    connectOnce();
    return m_opening->future();
}

void GuestControl::close()
{
    m_repeat.stop();
    m_deadline.stop();
    drop({});
    settleOpen(std::unexpected(Error{Error::Kind::Cancelled, u"hung up"_s}));
}

void GuestControl::settleOpen(const Result<> &result)
{
    m_deadline.stop();
    if (const auto opening = std::exchange(m_opening, nullptr)) {
        opening->addResult(result);
        opening->finish();
    }
}

void GuestControl::connectOnce()
{
    auto descriptor = m_connectPort();
    if (!descriptor) {
        m_lastFailure = descriptor.error().detail;
        m_repeat.start(reconnectPause);
        return;
    }
    m_port = std::make_unique<QLocalSocket>();
    m_port->setReadBufferSize(portBuffer);
    m_port->setSocketDescriptor(descriptor->release());
    connect(m_port.get(), &QLocalSocket::readyRead, this, &GuestControl::readPort);
    connect(m_port.get(), &QLocalSocket::bytesWritten, this, &GuestControl::pump);
    connect(m_port.get(), &QLocalSocket::disconnected, this, [this] {
        drop(u"the machine closed the control port"_s);
    });
    m_greeting.emplace(link::PortName::Control, randomNonce());
    greet();
}

void GuestControl::greet()
{
    if (m_port->bytesToWrite() == 0)
        m_port->write(m_greeting->hello().data(), qint64(m_greeting->hello().size()));
    m_repeat.start(m_greeting->pauseMs());
}

void GuestControl::readPort()
{
    while (m_port && m_greeting && m_port->bytesAvailable() > 0) {
        const auto count = m_port->read(m_input.data(), m_input.size());
        if (count <= 0)
            break;
        const auto passed = m_greeting->feed({m_input.constData(), std::size_t(count)});
        if (!passed)
            return drop(u"greeting: "_s + QString::fromStdString(passed.error().detail));
        if (m_greeting->done() && !m_session)
            startSession();
        if (!m_session || passed->empty())
            continue;
        m_inSession = true;
        const auto taken = m_session->receive(*passed);
        m_inSession = false;
        if (!taken)
            return drop(u"protocol: "_s + QString::fromStdString(taken.error().detail));
    }
    pump();
}

void GuestControl::startSession()
{
    m_repeat.stop();
    auto session = link::Session::create(link::Session::Role::Client, sessionEvents());
    if (!session)
        return drop(QString::fromStdString(session.error().detail));
    m_session = std::move(*session);
    settleOpen({});
}

link::SessionEvents GuestControl::sessionEvents()
{
    const auto handler = [this](link::StreamId stream) { return m_streams.value(stream); };
    return {
        .opened = {},
        .answered =
            [handler](link::StreamId stream, int status, const link::Headers &) {
                if (const auto h = handler(stream); h && h->answered)
                    h->answered(status);
            },
        .data =
            [this, handler](link::StreamId stream, link::BytesView bytes) {
                if (const auto h = handler(stream))
                    h->data(bytes);
                else if (m_session)
                    m_session->consumed(stream, bytes.size());
            },
        .ended =
            [handler](link::StreamId stream) {
                if (const auto h = handler(stream); h && h->ended)
                    h->ended();
            },
        .closed =
            [this](link::StreamId stream, std::uint32_t) {
                if (const auto h = m_streams.take(stream); h && h->closed)
                    h->closed();
            },
        .writable =
            [handler](link::StreamId stream) {
                if (const auto h = handler(stream); h && h->writable)
                    h->writable();
            },
    };
}

void GuestControl::pump()
{
    while (!m_inSession && m_session && m_port && m_port->bytesToWrite() < portBuffer) {
        m_inSession = true;
        const bool hasOutput = m_session->nextOutput(m_output);
        m_inSession = false;
        if (!hasOutput)
            return;
        m_port->write(m_output.data(), qint64(m_output.size()));
    }
}

void GuestControl::drop(const QString &reason)
{
    const bool wasOpen = m_session != nullptr;
    if (m_port) {
        m_port->disconnect(this);
        m_port->abort();
        m_port.release()->deleteLater(); // this may be its own signal
    }
    m_greeting.reset();
    // Handlers may look at the session; what they do to it must not reach the dead one.
    std::shared_ptr<link::Session> session = std::exchange(m_session, nullptr);
    if (m_inSession) // it must not go while it calls us
        QMetaObject::invokeMethod(this, [session] {}, Qt::QueuedConnection);
    const auto streams = std::exchange(m_streams, {});
    for (const auto &stream : streams) {
        if (stream->closed)
            stream->closed();
    }
    if (!reason.isEmpty())
        m_lastFailure = reason;
    if (m_opening && !reason.isEmpty())
        m_repeat.start(reconnectPause);
    if (wasOpen)
        emit lost(reason);
}

std::optional<link::StreamId> GuestControl::openStream(
    const link::Headers &request, bool last, StreamHandler handler)
{
    if (!m_session)
        return std::nullopt;
    const auto stream = m_session->open(request, last);
    if (!stream)
        return std::nullopt;
    m_streams.insert(*stream, std::make_shared<StreamHandler>(std::move(handler)));
    return *stream;
}

void GuestControl::forgetStream(link::StreamId stream)
{
    if (m_streams.remove(stream) > 0 && m_session) {
        m_session->reset(stream);
        pump();
    }
}

Future<QByteArray> GuestControl::request(const QByteArray &method,
    const QByteArray &path,
    const QByteArray &body,
    std::chrono::milliseconds patience)
{
    auto exchange = std::make_shared<Exchange>(); // shared by the stream's handler and the deadline
    exchange->promise.start();
    const auto future = exchange->promise.future();
    auto id = std::make_shared<std::optional<link::StreamId>>();
    *id = openStream(headersFor(method, path),
        body.isEmpty(),
        {
            .answered = [exchange](int status) { exchange->status = status; },
            .data =
                [this, exchange, id](link::BytesView bytes) {
                    exchange->body.append(bytes.data(), qsizetype(bytes.size()));
                    m_session->consumed(**id, bytes.size());
                    if (exchange->body.size() > maxAnswer)
                        exchange->settleFailure(
                            Error::Kind::Failed, u"an answer of the guest is too long"_s);
                },
            .ended = [exchange] { exchange->complete(); },
            .closed = [exchange] { exchange->complete(); },
            .writable = {},
        });
    if (!*id) {
        exchange->settleFailure(Error::Kind::Failed, u"the guest is not connected"_s);
        return future;
    }
    // A request's body is small beside the send buffer of a stream (configure: files of an agent
    // and roots).
    if (!body.isEmpty() && m_session->write(**id, view(body)) != std::size_t(body.size()))
        exchange->settleFailure(Error::Kind::Failed, u"a request to the guest is too long"_s);
    m_session->finish(**id);
    pump();
    QTimer::singleShot(patience, this, [this, exchange, id, path] {
        if (exchange->settled)
            return;
        exchange->settleFailure(
            Error::Kind::TimedOut, u"the guest did not answer %1"_s.arg(QString::fromLatin1(path)));
        forgetStream(**id);
    });
    return future;
}

std::unique_ptr<GuestCommand> GuestControl::exec(const QJsonObject &spec)
{
    return std::make_unique<GuestCommand>(*this, spec);
}

std::unique_ptr<GuestCommand> GuestControl::adopt(const QString &name, qint64 received)
{
    return std::make_unique<GuestCommand>(
        *this, GuestCommand::Parked{.name = name, .received = received});
}

void GuestControl::listen()
{
    m_eventLine.clear();
    auto id = std::make_shared<link::StreamId>(0);
    const auto opened = openStream(headersFor("GET", "/events"),
        true,
        {
            .answered = {},
            .data =
                [this, id](link::BytesView bytes) {
                    m_session->consumed(*id, bytes.size());
                    takeEvents(bytes);
                },
            .ended = {},
            .closed = {},
            .writable = {},
        });
    *id = opened.value_or(0);
    pump();
}

void GuestControl::takeEvents(link::BytesView bytes)
{
    m_eventLine.append(bytes.data(), qsizetype(bytes.size()));
    for (auto end = m_eventLine.indexOf('\n'); end >= 0; end = m_eventLine.indexOf('\n')) {
        const auto line = m_eventLine.first(end);
        m_eventLine.remove(0, end + 1);
        if (const auto object = QJsonDocument::fromJson(line).object(); !object.isEmpty())
            emit event(object);
    }
    if (m_eventLine.size() > maxEventLine)
        m_eventLine.clear();
}

} // namespace core
