#pragma once

#include "vmm/result.h"

#include <utility>

namespace vmm {

/// Owns one file descriptor (close-on-exec) and closes it.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    Descriptor(Descriptor &&other) noexcept
        : m_number(other.release())
    {
    }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor();

    [[nodiscard]] int number() const { return m_number; } ///< -1 when it owns nothing
    [[nodiscard]] int release() { return std::exchange(m_number, -1); }
    explicit operator bool() const { return m_number >= 0; }

private:
    int m_number = -1;
};

/// Two ends of a connected UNIX stream socket, both close-on-exec and non-blocking. Fails with Io.
Result<std::pair<Descriptor, Descriptor>> socketPair();

/// A listening UNIX stream socket at `path` (mode 0600), close-on-exec. A stale file is replaced.
/// Fails with InvalidSpec when the path is too long for a socket, else with Io.
Result<Descriptor> listenAt(const QString &path);

/// A connection to the socket at `path`, close-on-exec and non-blocking. Never blocks. Fails with
/// Io.
Result<Descriptor> connectTo(const QString &path);

} // namespace vmm
