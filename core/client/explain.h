#pragma once

#include "core/result.h"

#include <QString>

namespace core {

/// An error in words for people: what happened, why, what to do next. English source texts; the
/// desktop translates `title`, `why` and `nextStep` in the context "core::Explanation", the command
/// line prints them as they are.
struct Explanation
{
    QString title;    ///< without a full stop
    QString why;      ///< one sentence; may be empty
    QString nextStep; ///< one sentence that begins with a verb; never empty
    friend bool operator==(const Explanation &, const Explanation &) = default;
};

/// Complete over the kinds. The caller adds `Error::detail`, which is not translated.
Explanation explain(Error::Kind kind);

/// Exit codes of the command line (architecture.md, "Command line").
int exitCode(Error::Kind kind);

} // namespace core
