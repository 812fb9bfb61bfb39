#include "ui/notify/notifier.h"

namespace ui {

namespace {

Notifications::Urgency urgencyOf(Attention::Kind kind)
{
    return kind == Attention::Kind::Finished ? Notifications::Urgency::Low
                                             : Notifications::Urgency::Normal;
}

} // namespace

Notifier::Notifier(core::Sandboxes &sandboxes, IsSeen isSeen, QObject *parent)
    : QObject(parent)
    , m_sandboxes(sandboxes)
    , m_isSeen(std::move(isSeen))
{
    connect(&sandboxes, &core::Sandboxes::added, this, &Notifier::take);
    connect(&sandboxes, &core::Sandboxes::changed, this, &Notifier::take);
    connect(&sandboxes, &core::Sandboxes::removed, this, &Notifier::forget);
    connect(&m_notifications, &Notifications::activated, this, [this](const QString &key) {
        emit openAsked({key});
    });
}

void Notifier::take(const core::SandboxStatus &status)
{
    const core::SandboxId id = status.settings.id;
    Entry &entry = m_entries[id.value];
    std::optional<Attention> now = attentionOf(status);
    const bool shortWork = now && now->kind == Attention::Kind::Finished &&
                           !(entry.working.isValid() && entry.working.hasExpired(longWorkMs));
    if (status.agent == core::AgentState::Working && !entry.working.isValid())
        entry.working.start();
    else if (status.agent != core::AgentState::Working)
        entry.working.invalidate();
    const bool same = now && entry.attention && now->kind == entry.attention->kind;
    entry.attention = std::move(now);
    if (same)
        return;
    entry.told = shortWork;
    entry.hold.reset();
    m_notifications.withdraw(id.value);
    if (!entry.attention || entry.told)
        return;
    entry.hold = std::make_unique<QTimer>();
    entry.hold->setSingleShot(true);
    connect(entry.hold.get(), &QTimer::timeout, this, [this, id] { tell(id); });
    entry.hold->start(holdMs);
}

void Notifier::tell(const core::SandboxId &id)
{
    Entry &entry = m_entries[id.value];
    entry.told = true;
    if (!entry.attention || m_isSeen(id))
        return;
    const auto status = m_sandboxes.find(id.value);
    if (!status)
        return;
    m_notifications.show(
        id.value, status->settings.name, entry.attention->text, urgencyOf(entry.attention->kind));
    emit raised();
}

void Notifier::look()
{
    for (const auto &[id, entry] : m_entries) {
        if (entry.told && m_isSeen({id}))
            m_notifications.withdraw(id);
    }
}

void Notifier::forget(const core::SandboxId &id)
{
    m_notifications.withdraw(id.value);
    m_entries.erase(id.value);
}

} // namespace ui
