#include "core/warden/terminal.h"

#include <algorithm>
#include <chrono>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto parkPatience = 10s; // measured some milliseconds
constexpr std::size_t muchTyped = 64 << 10;

} // namespace

QString toString(Terminal::Kind kind)
{
    switch (kind) {
    case Terminal::Kind::Agent:
        return u"agent"_s;
    case Terminal::Kind::Shell:
        return u"shell"_s;
    }
    std::unreachable();
}

std::optional<int> exitCodeOf(const QJsonObject &how)
{
    if (!how.contains("exit"_L1))
        return std::nullopt;
    const auto exit = how.value("exit"_L1).toObject();
    if (const int signal = exit.value("signal"_L1).toInt(); signal > 0)
        return 128 + signal;
    return exit.value("code"_L1).toInt();
}

Terminal::Terminal(QString id, Kind kind, Size size, std::unique_ptr<GuestCommand> command)
    : m_id(std::move(id))
    , m_kind(kind)
    , m_size(size)
    , m_command(std::move(command))
{
    m_parkLimit.setSingleShot(true);
    m_parkLimit.setInterval(parkPatience);
    connect(&m_parkLimit, &QTimer::timeout, this, [this] {
        if (m_parking)
            m_parking->settle(std::unexpected(
                Error{Error::Kind::TimedOut, u"the guest did not park a terminal"_s}));
    });
    if (m_command)
        connectCommand();
}

void Terminal::connectCommand()
{
    connect(m_command.get(),
        &GuestCommand::output,
        this,
        [this](link::Channel, link::BytesView bytes, qsizetype cost) { take(bytes, cost); });
    connect(m_command.get(), &GuestCommand::ended, this, &Terminal::finish);
    connect(m_command.get(), &GuestCommand::writable, this, &Terminal::writable);
}

std::unique_ptr<Terminal> Terminal::restored(const QJsonObject &saved)
{
    const auto id = saved.value("id"_L1).toString();
    if (id.toInt() <= 0)
        return nullptr;
    const bool isAgent = saved.value("kind"_L1).toString() == toString(Kind::Agent);
    auto terminal = std::make_unique<Terminal>(id,
        isAgent ? Kind::Agent : Kind::Shell,
        Size{saved.value("columns"_L1).toInt(80), saved.value("rows"_L1).toInt(24)},
        nullptr);
    terminal->m_title = saved.value("title"_L1).toString();
    terminal->m_received = saved.value("received"_L1).toInteger(-1);
    terminal->m_scrollback.append(
        QByteArray::fromBase64(saved.value("scrollback"_L1).toString().toLatin1()));
    const auto unfinished =
        QByteArray::fromBase64(saved.value("unfinished"_L1).toString().toLatin1());
    [[maybe_unused]] const auto nothing = terminal->m_filter.feed(unfinished);
    if (const auto end = saved.value("end"_L1); end.isObject())
        terminal->m_end = end.toObject();
    return terminal;
}

QJsonObject Terminal::saved() const
{
    auto saved = toJson();
    if (m_received >= 0)
        saved[u"received"_s] = m_received;
    saved[u"scrollback"_s] = QString::fromLatin1(m_scrollback.replay().toBase64());
    saved[u"unfinished"_s] = QString::fromLatin1(m_filter.unfinished().toBase64());
    if (m_end)
        saved[u"end"_s] = *m_end;
    return saved;
}

Future<> Terminal::park()
{
    if (!isRunning() || !m_command)
        return ready(Result<>());
    m_parking.emplace();
    m_parkLimit.start();
    m_command->park(parkName());
    m_command->credit(std::exchange(m_owed, 0)); // no viewer holds it up any more
    return m_parking->future();
}

void Terminal::resume(std::unique_ptr<GuestCommand> command)
{
    m_owed = 0;
    m_command = std::move(command);
    connectCommand();
    m_command->resize(m_size.columns, m_size.rows); // it may have changed meanwhile
    goOn();
}

void Terminal::goOn()
{
    m_parkLimit.stop();
    m_parking.reset();
    if (m_command && !m_typed.empty())
        m_command->write(std::exchange(m_typed, {}));
    emit writable();
}

QJsonObject Terminal::toJson() const
{
    const auto code = m_end ? exitCodeOf(*m_end) : std::nullopt;
    return {
        {u"id"_s, m_id},
        {u"kind"_s, toString(m_kind)},
        {u"title"_s, m_title},
        {u"running"_s, isRunning()},
        {u"exitCode"_s, code ? QJsonValue(*code) : QJsonValue()},
        {u"columns"_s, m_size.columns},
        {u"rows"_s, m_size.rows},
    };
}

QByteArray Terminal::attach(TerminalViewer *viewer)
{
    m_viewers << viewer;
    if (isRunning() && m_command && m_scrollback.isOnAlternateScreen()) {
        // Only the program can paint this screen again; a change of size makes it do so.
        m_command->resize(m_size.columns, std::max(m_size.rows - 1, 1));
        m_command->resize(m_size.columns, m_size.rows);
    }
    return m_scrollback.replay();
}

void Terminal::detach(TerminalViewer *viewer)
{
    m_viewers.removeAll(viewer);
    viewerReady();
}

void Terminal::viewerReady()
{
    if (!m_command || (!m_parking && std::ranges::any_of(m_viewers, &TerminalViewer::isFull)))
        return;
    m_command->credit(std::exchange(m_owed, 0));
}

bool Terminal::write(link::BytesView bytes)
{
    if (!isRunning())
        return true;
    emit typed();
    if (bytes.contains('\r') || bytes.contains('\n'))
        emit entered();
    if (m_command && !m_parking)
        return m_command->write(bytes);
    m_typed += bytes;
    return m_typed.size() < muchTyped;
}

void Terminal::resize(Size size)
{
    size = {std::clamp(size.columns, 1, 1000), std::clamp(size.rows, 1, 1000)};
    if (size == m_size)
        return;
    m_size = size;
    if (m_command)
        m_command->resize(size.columns, size.rows);
}

void Terminal::sendSignal(const QString &name)
{
    if (m_command)
        m_command->sendControl({{u"signal"_s, name}});
}

void Terminal::hangUp()
{
    if (isRunning())
        sendSignal(u"HUP"_s);
}

void Terminal::take(link::BytesView bytes, qsizetype cost)
{
    if (m_received >= 0)
        m_received += qint64(bytes.size());
    const auto filtered = m_filter.feed(bytes);
    m_scrollback.append(filtered.history);
    if (!filtered.reply.isEmpty())
        m_command->write({filtered.reply.constData(), std::size_t(filtered.reply.size())});
    for (auto *viewer : std::as_const(m_viewers))
        viewer->show(filtered.output);
    m_owed += cost;
    viewerReady();
    for (const auto &happened : filtered.events) {
        if (happened.kind == TerminalEvent::Kind::Title)
            m_title = happened.text;
        emit event(happened);
    }
    emit outputSeen();
}

void Terminal::finish(const QJsonObject &how)
{
    m_parkLimit.stop();
    if (how.contains("parked"_L1)) {
        m_command.release()->deleteLater(); // it is telling us this
        m_parking ? m_parking->settle({}) : emit parkedLate();
        return;
    }
    if (m_parking)
        m_parking->settle({});
    m_end = how;
    const auto viewers = std::exchange(m_viewers, {});
    for (auto *viewer : viewers)
        viewer->showEnd(how);
    emit ended(how);
}

} // namespace core
