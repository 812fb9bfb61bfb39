#include "core/gateway/secret.h"

#include <cstring>
#include <sys/mman.h>

namespace core::gateway {

Secret::Secret(std::string_view value)
{
    if (value.empty())
        return;
    void *const bytes =
        ::mmap(nullptr, value.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return;
    ::mlock(bytes, value.size());
    ::madvise(bytes, value.size(), MADV_DONTDUMP);
    std::memcpy(bytes, value.data(), value.size());
    m_bytes = bytes;
    m_size = value.size();
}

Secret::~Secret()
{
    if (m_bytes == nullptr)
        return;
    ::explicit_bzero(m_bytes, m_size);
    ::munmap(m_bytes, m_size);
}

} // namespace core::gateway
