#pragma once

#include "core/sandbox/sandbox_settings.h"

#include <optional>

namespace core {

/// Other sizes that the user wants for a sandbox.
struct SizeChange
{
    std::optional<int> cpus = {};
    std::optional<int> memoryMiB = {};
    std::optional<int> diskGiB = {};
    friend bool operator==(const SizeChange &, const SizeChange &) = default;
};
QJsonObject toJson(const SizeChange &change);
SizeChange sizeChangeFromJson(const QJsonObject &json);

/// What of it holds at once, and what from the next start on.
struct SizeAnswer
{
    QStringList now; ///< "cpus", "memory", "disk"
    QStringList atNextStart;
    friend bool operator==(const SizeAnswer &, const SizeAnswer &) = default;
};
QJsonObject toJson(const SizeAnswer &answer);
SizeAnswer sizeAnswerFromJson(const QJsonObject &json);

/// A machine keeps its processors and its memory until it has been stopped; the disks of a running
/// one can grow.
enum class PresentMachine { None, Suspended, Running };

/// The settings with the change. Usage for a size that cannot be, and for a disk that would become
/// smaller.
Result<SandboxSettings> resized(
    SandboxSettings settings, const SizeChange &change, PresentMachine machine);
SizeAnswer answerTo(const SizeChange &change, PresentMachine machine);
/// For a machine that is about to be made: what was put off holds.
SandboxSettings withNextSizes(SandboxSettings settings);

} // namespace core
