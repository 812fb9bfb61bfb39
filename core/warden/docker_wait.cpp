#include "core/warden/docker_wait.h"

#include "core/warden/guest_control.h"

#include <QJsonDocument>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto requestPatience = 30s;
constexpr qsizetype longestReason = 300;

} // namespace

DockerWait::DockerWait(GuestControl &control)
    : m_control(control)
{
    connect(&m_control, &GuestControl::event, this, [this](const QJsonObject &event) {
        if (event.value("event"_L1).toString() == "docker"_L1)
            take(event.value("state"_L1).toString());
    });
}

Future<> DockerWait::run(std::chrono::milliseconds patience)
{
    m_control.listen();
    // It may have been ready before anyone listened.
    m_control.request("GET", "/status", {}, requestPatience)
        .then(this, [this](const Result<QByteArray> &answer) {
            if (answer)
                take(QJsonDocument::fromJson(*answer).object().value("docker"_L1).toString());
        });
    QTimer::singleShot(patience, this, [this] {
        m_ready.settle(std::unexpected(Error{Error::Kind::DockerFailed, m_reason}));
    });
    return m_ready.future();
}

void DockerWait::take(const QString &state)
{
    if (state == "ready"_L1)
        m_ready.settle({});
    else if (state.startsWith("failed"_L1))
        m_reason = state.left(longestReason);
}

} // namespace core
