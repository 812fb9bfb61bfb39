#include "ui/notify/notifications.h"

#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr auto service = "org.freedesktop.Notifications"_L1;
constexpr auto path = "/org/freedesktop/Notifications"_L1;
constexpr auto openAction = "default"_L1;

QDBusMessage message(const QString &method, const QVariantList &arguments)
{
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, service, method);
    call.setArguments(arguments);
    return call;
}

} // namespace

Notifications::Notifications(QDBusConnection bus, QObject *parent)
    : QObject(parent)
    , m_bus(std::move(bus))
    , m_service(service, m_bus, QDBusServiceWatcher::WatchForUnregistration)
{
    if (!m_bus.isConnected())
        return;
    m_bus.connect(
        service, path, service, u"ActionInvoked"_s, this, SLOT(takeAction(uint, QString)));
    m_bus.connect(
        service, path, service, u"ActivationToken"_s, this, SLOT(takeToken(uint, QString)));
    m_bus.connect(
        service, path, service, u"NotificationClosed"_s, this, SLOT(takeClosed(uint, uint)));
    connect(&m_service, &QDBusServiceWatcher::serviceUnregistered, this, [this] {
        m_shown.clear(); // the next service counts anew
    });
    askForMarkup();
}

void Notifications::askForMarkup()
{
    auto *watcher =
        new QDBusPendingCallWatcher(m_bus.asyncCall(message(u"GetCapabilities"_s, {})), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QStringList> reply = *watcher;
        m_takesMarkup = reply.isError() || reply.value().contains("body-markup"_L1);
    });
}

void Notifications::show(
    const QString &key, const QString &title, const QString &text, Urgency urgency)
{
    if (!m_bus.isConnected())
        return;
    const quint64 turn = m_turn[key] = ++m_lastTurn;
    const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(uchar(urgency))},
        {u"desktop-entry"_s, u"org.paddock.Paddock"_s},
        {u"category"_s, u"x-paddock.attention"_s}};
    const QVariantList arguments{u"Paddock"_s,
        m_shown.value(key),
        u"org.paddock.Paddock"_s,
        title,
        m_takesMarkup ? text.toHtmlEscaped() : text,
        QStringList{openAction, tr("Open")},
        hints,
        -1};
    auto *watcher =
        new QDBusPendingCallWatcher(m_bus.asyncCall(message(u"Notify"_s, arguments)), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, key, turn, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<uint> reply = *watcher;
        if (reply.isError())
            return;
        if (m_turn.value(key) == turn)
            m_shown.insert(key, reply.value());
        else
            close(reply.value()); // withdrawn, or shown anew, meanwhile
    });
}

void Notifications::withdraw(const QString &key)
{
    m_turn[key] = ++m_lastTurn;
    if (const uint id = m_shown.take(key))
        close(id);
}

void Notifications::close(uint id)
{
    m_bus.asyncCall(message(u"CloseNotification"_s, {id}));
}

void Notifications::takeAction(uint id, const QString &action)
{
    const QString key = m_shown.key(id);
    if (!key.isEmpty() && action == openAction)
        emit activated(key);
}

void Notifications::takeToken(uint id, const QString &token)
{
    if (!m_shown.key(id).isEmpty())
        qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8()); // what Qt raises a window with on Wayland
}

void Notifications::takeClosed(uint id, uint)
{
    if (const QString key = m_shown.key(id); !key.isEmpty())
        m_shown.remove(key);
}

} // namespace ui
