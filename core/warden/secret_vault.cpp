#include "core/warden/secret_vault.h"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace core {

class SecretVault::Page
{
public:
    explicit Page(const QByteArray &value)
        : m_size(std::size_t(value.size()))
    {
        m_bytes =
            ::mmap(nullptr, m_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (m_bytes == MAP_FAILED)
            return;
        // Locking may be refused by a limit; the secret is still kept out of core dumps.
        ::mlock(m_bytes, m_size);
        ::madvise(m_bytes, m_size, MADV_DONTDUMP);
        std::memcpy(m_bytes, value.constData(), m_size);
    }
    ~Page()
    {
        if (m_bytes == MAP_FAILED)
            return;
        ::explicit_bzero(m_bytes, m_size);
        ::munmap(m_bytes, m_size);
    }
    Page(const Page &) = delete;
    Page &operator=(const Page &) = delete;

    [[nodiscard]] QByteArray value() const
    {
        if (m_bytes == MAP_FAILED)
            return {};
        return {static_cast<const char *>(m_bytes), qsizetype(m_size)};
    }

private:
    void *m_bytes;
    std::size_t m_size;
};

SecretVault::SecretVault() = default;
SecretVault::~SecretVault() = default;

void SecretVault::store(const QString &service, const QByteArray &value)
{
    m_pages.remove(service);
    if (!value.isEmpty())
        m_pages.insert(service, std::make_shared<Page>(value));
}

QHash<QString, QByteArray> SecretVault::all() const
{
    QHash<QString, QByteArray> secrets;
    for (const auto &[service, page] : m_pages.asKeyValueRange())
        secrets.insert(service, page->value());
    return secrets;
}

} // namespace core
