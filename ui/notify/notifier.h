#pragma once

#include "core/client/sandboxes.h"
#include "ui/notify/attention.h"
#include "ui/notify/notifications.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace ui {

/// Tells the user outside the window what needs them: only what they do not have before their
/// eyes, only if it still holds after a moment, once.
class Notifier : public QObject
{
    Q_OBJECT

public:
    /// Whether the user looks at that sandbox's terminal now.
    using IsSeen = std::function<bool(const core::SandboxId &)>;

    static constexpr int holdMs = 3000;       ///< what passes sooner is not told
    static constexpr int longWorkMs = 60'000; ///< the end of shorter work is not told

    Notifier(core::Sandboxes &sandboxes, IsSeen isSeen, QObject *parent = nullptr);

    /// What is seen may have changed: the window was activated, another sandbox was selected.
    void look();

signals:
    void openAsked(const core::SandboxId &id); ///< the notification was clicked
    void raised();                             ///< a notification was shown: mark the taskbar

private:
    struct Entry
    {
        std::optional<Attention> attention;
        bool told = false; ///< or seen by itself
        QElapsedTimer working;
        std::unique_ptr<QTimer> hold;
    };

    void take(const core::SandboxStatus &status);
    void tell(const core::SandboxId &id);
    void forget(const core::SandboxId &id);

    core::Sandboxes &m_sandboxes;
    IsSeen m_isSeen;
    Notifications m_notifications;
    std::unordered_map<QString, Entry> m_entries;
};

} // namespace ui
