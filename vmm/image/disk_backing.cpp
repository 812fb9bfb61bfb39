#include "vmm/image/disk_backing.h"

#include <QFile>
#include <QtEndian>

namespace vmm {
namespace {

constexpr char magic[] = "QFI\xfb";
constexpr qint64 headBytes = 20;      // magic, version, offset and size of the name
constexpr quint32 longestName = 1023; // the format's own bound

} // namespace

QString backingOf(const QString &disk)
{
    QFile file(disk);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto head = file.read(headBytes);
    if (head.size() != headBytes || !head.startsWith(magic))
        return {};
    const auto offset = qFromBigEndian<quint64>(head.constData() + 8);
    const auto size = qFromBigEndian<quint32>(head.constData() + 16);
    if (offset == 0 || size > longestName || offset > quint64(file.size()) ||
        !file.seek(qint64(offset)))
        return {};
    return QFile::decodeName(file.read(size));
}

} // namespace vmm
