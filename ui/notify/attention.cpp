#include "ui/notify/attention.h"

#include "ui/terminal/paste_text.h"
#include "ui/text/describe.h"

namespace ui {

namespace {

constexpr qsizetype longest = 200;

Attention made(Attention::Kind kind, const core::SandboxStatus &status)
{
    return {.kind = kind, .text = singleLine(headline(status).text)};
}

} // namespace

std::optional<Attention> attentionOf(const core::SandboxStatus &status)
{
    if (status.state == core::SandboxState::Failed || status.state == core::SandboxState::Paused)
        return made(Attention::Kind::Failed, status);
    if (status.state != core::SandboxState::Running)
        return std::nullopt;
    if (status.agent == core::AgentState::NeedsYou)
        return made(Attention::Kind::NeedsYou, status);
    if (status.sync.question || status.sync.state == core::SyncState::Halted)
        return made(Attention::Kind::Held, status);
    if (status.agent == core::AgentState::Finished)
        return made(Attention::Kind::Finished, status);
    return std::nullopt;
}

QString singleLine(const QString &text)
{
    const QString line = cleanedPaste(text).simplified();
    return line.size() > longest ? line.left(longest - 1) + QChar(0x2026) : line;
}

} // namespace ui
