#include "core/warden/host_shutdown.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr auto service = "org.freedesktop.login1"_L1;
constexpr auto path = "/org/freedesktop/login1"_L1;
constexpr auto manager = "org.freedesktop.login1.Manager"_L1;

} // namespace

HostShutdown::HostShutdown()
{
    auto bus = QDBusConnection::systemBus();
    if (!bus.isConnected())
        return;
    bus.connect(
        service, path, manager, u"PrepareForShutdown"_s, this, SLOT(prepareForShutdown(bool)));
    hold();
}

void HostShutdown::hold()
{
    auto call = QDBusMessage::createMethodCall(service, path, manager, u"Inhibit"_s);
    call << u"shutdown"_s << u"Paddock"_s << u"Sandboxes are being saved"_s << u"delay"_s;
    auto *answer = new QDBusPendingCallWatcher(QDBusConnection::systemBus().asyncCall(call), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *answer;
        if (reply.isValid())
            m_lock = reply.value();
        answer->deleteLater();
    });
}

void HostShutdown::prepareForShutdown(bool begins)
{
    if (begins)
        emit begun();
}

} // namespace core
