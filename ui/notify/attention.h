#pragma once

#include "core/client/sandbox_status.h"

#include <optional>

namespace ui {

/// Something in a sandbox that its user wants to hear of.
struct Attention
{
    enum class Kind { NeedsYou, Held, Failed, Finished };

    Kind kind = Kind::NeedsYou;
    QString text; ///< plain, one line, bounded; may come from the guest
    friend bool operator==(const Attention &, const Attention &) = default;
};

std::optional<Attention> attentionOf(const core::SandboxStatus &status);

/// One line without control characters or characters that reverse the reading direction, at most
/// 200 characters.
QString singleLine(const QString &text);

} // namespace ui
