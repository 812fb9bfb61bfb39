#include "app/cli/detach_keys.h"

namespace cli {

DetachKeys::Typed DetachKeys::feed(const QByteArray &bytes)
{
    Typed typed;
    for (const char c : bytes) {
        if (m_held && c == second) {
            typed.detach = true;
            return typed;
        }
        if (m_held)
            typed.forward += first;
        m_held = c == first;
        if (!m_held)
            typed.forward += c;
    }
    return typed;
}

} // namespace cli
