#include "core/warden/terminal.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {

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
    connect(m_command.get(),
        &GuestCommand::output,
        this,
        [this](link::Channel, const QByteArray &bytes, qsizetype cost) { take(bytes, cost); });
    connect(m_command.get(), &GuestCommand::ended, this, &Terminal::finish);
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
    if (isRunning() && m_scrollback.isOnAlternateScreen()) {
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
    if (std::ranges::any_of(m_viewers, &TerminalViewer::isFull))
        return;
    m_command->credit(std::exchange(m_owed, 0));
}

void Terminal::write(const QByteArray &bytes)
{
    if (!isRunning())
        return;
    m_command->write(bytes);
    emit typed();
}

void Terminal::resize(Size size)
{
    size = {std::clamp(size.columns, 1, 1000), std::clamp(size.rows, 1, 1000)};
    if (size == m_size)
        return;
    m_size = size;
    m_command->resize(size.columns, size.rows);
}

void Terminal::sendSignal(const QString &name)
{
    m_command->sendControl({{u"signal"_s, name}});
}

void Terminal::hangUp()
{
    if (isRunning())
        sendSignal(u"HUP"_s);
}

void Terminal::take(const QByteArray &bytes, qsizetype cost)
{
    const auto filtered = m_filter.feed(bytes);
    m_scrollback.append(filtered.history);
    if (!filtered.reply.isEmpty())
        m_command->write(filtered.reply);
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
    m_end = how;
    const auto viewers = std::exchange(m_viewers, {});
    for (auto *viewer : viewers)
        viewer->showEnd(how);
    emit ended(how);
}

} // namespace core
