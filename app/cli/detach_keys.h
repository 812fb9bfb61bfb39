#pragma once

#include <QByteArray>

namespace cli {

/// Finds the two keys that detach from a terminal in what is typed: Ctrl-P then Ctrl-Q.
class DetachKeys
{
public:
    static constexpr char first = 'P' & 0x1f;
    static constexpr char second = 'Q' & 0x1f;

    struct Typed
    {
        QByteArray forward; ///< for the sandbox
        bool detach = false;
    };
    /// A first key is held back until the next byte tells what it was; what follows a detach is
    /// dropped.
    Typed feed(const QByteArray &bytes);

private:
    bool m_held = false;
};

} // namespace cli
