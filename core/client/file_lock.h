#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace core {

/// An exclusive lock (flock) on a file, held as long as the object lives; the kernel frees it when
/// the process dies.
class FileLock
{
public:
    /// Creates the file when it is missing. Nothing when another process holds it for longer than
    /// `patience`, or the file cannot be opened. Blocks for at most `patience`.
    static std::optional<FileLock> take(
        const QString &path, std::chrono::milliseconds patience = std::chrono::milliseconds(0));
    /// Whether some process holds the lock now. Never blocks and creates nothing.
    static bool isHeld(const QString &path);

    FileLock(FileLock &&other) noexcept;
    FileLock &operator=(FileLock &&other) noexcept;
    ~FileLock();

private:
    explicit FileLock(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    int m_descriptor;
};

} // namespace core
