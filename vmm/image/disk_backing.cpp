#include "vmm/image/disk_backing.h"

#include <QFile>
#include <QtEndian>

namespace vmm {
namespace {

constexpr char magic[] = "QFI\xfb";
constexpr qint64 headBytes = 32;      // magic, version, offset and size of the name, …, size
constexpr quint32 longestName = 1023; // the format's own bound

/// Empty for what is no qcow2.
QByteArray headOf(QFile &file)
{
    const bool opened = !file.fileName().isEmpty() && file.open(QIODevice::ReadOnly);
    const auto head = opened ? file.read(headBytes) : QByteArray();
    return head.size() == headBytes && head.startsWith(magic) ? head : QByteArray();
}

} // namespace

QString backingOf(const QString &disk)
{
    QFile file(disk);
    const auto head = headOf(file);
    if (head.isEmpty())
        return {};
    const auto offset = qFromBigEndian<quint64>(head.constData() + 8);
    const auto size = qFromBigEndian<quint32>(head.constData() + 16);
    if (offset == 0 || size > longestName || offset > quint64(file.size()) ||
        !file.seek(qint64(offset)))
        return {};
    return QFile::decodeName(file.read(size));
}

qint64 virtualBytesOf(const QString &disk)
{
    QFile file(disk);
    const auto head = headOf(file);
    return head.isEmpty() ? 0 : qint64(qFromBigEndian<quint64>(head.constData() + 24));
}

} // namespace vmm
