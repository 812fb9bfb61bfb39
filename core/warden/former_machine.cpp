#include "core/warden/former_machine.h"

#include "vmm/descriptor.h"

#include <QFile>

#include <algorithm>
#include <fcntl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace core {
namespace {

constexpr auto interval = 20ms;

/// QEMU locks single bytes of a disk's file for what it does and for what others must not do.
bool isHeldByQemu(const QString &disk)
{
#ifdef F_OFD_GETLK
    constexpr off_t first = 100;
    constexpr off_t count = 200;
    const vmm::Descriptor file(::open(QFile::encodeName(disk).constData(), O_RDWR | O_CLOEXEC));
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = first;
    lock.l_len = count;
    return file && ::fcntl(file.number(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
#else
    Q_UNUSED(disk)
    return false;
#endif
}

} // namespace

FormerMachine::FormerMachine(QStringList disks)
    : m_disks(std::move(disks))
{
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &FormerMachine::look);
}

Future<> FormerMachine::gone(std::chrono::milliseconds patience)
{
    m_patience.setRemainingTime(patience);
    m_timer.start();
    look();
    return m_gone.future();
}

void FormerMachine::look()
{
    const auto held = std::ranges::find_if(m_disks, isHeldByQemu);
    if (held != m_disks.end() && !m_patience.hasExpired())
        return;
    m_timer.stop();
    m_gone.settle(held == m_disks.end() ? Result<>()
                                        : std::unexpected(Error{Error::Kind::StateConflict,
                                              u"another program uses its disk %1"_s.arg(*held)}));
}

} // namespace core
