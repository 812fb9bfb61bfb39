#pragma once

#include "core/warden/warden_status.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace core {

/// Where the parts of a warden note what they know; tells at most every 50 ms that something
/// changed.
class StatusBoard : public QObject
{
    Q_OBJECT

public:
    StatusBoard();

    [[nodiscard]] const WardenStatus &status() const { return m_status; }
    void update(const std::function<void(WardenStatus &)> &change);
    /// Enters a state now.
    void enter(SandboxState state);
    /// Paused for this reason, until `goOn`; what is entered meanwhile, but for the end, holds
    /// then.
    void pause(const Error &reason);
    void goOn();
    /// A sentence for the user that stays; at most 20, each once.
    void addNotice(const QString &notice);
    void removeNotice(const QString &notice);

signals:
    void changed();

private:
    void change(SandboxState state);

    WardenStatus m_status;
    SandboxState m_afterPause = SandboxState::Running;
    QTimer m_soon;
};

} // namespace core
