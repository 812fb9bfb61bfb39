#pragma once

#include <QHashFunctions>
#include <QString>

namespace core {

/// Names one sandbox for its whole life; never reused. Eight characters of a-z and 0-9, the name of
/// its directory.
struct SandboxId
{
    QString value;

    static SandboxId random();
    [[nodiscard]] bool isValid() const;
    friend bool operator==(const SandboxId &, const SandboxId &) = default;
    friend size_t qHash(const SandboxId &id, size_t seed = 0) { return qHash(id.value, seed); }
};

} // namespace core
