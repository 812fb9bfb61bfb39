#include "vmm/machine/console.h"

#include <cerrno>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace vmm {

Console::Console(Descriptor socket, const QString &logPath)
    : m_socket(std::move(socket))
    , m_readable(m_socket.number(), QSocketNotifier::Read)
    , m_file(logPath)
{
    connect(&m_readable, &QSocketNotifier::activated, this, &Console::readAvailable);
    if (!logPath.isEmpty())
        startFile();
}

void Console::startFile()
{
    const auto path = m_file.fileName();
    m_file.close();
    const auto older = path + u".1"_s;
    if (QFile::exists(path)) {
        QFile::remove(older);
        QFile::rename(path, older);
    }
    // A console that cannot be logged is no reason to have no machine: the tail is still there.
    if (m_file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered,
            QFile::ReadOwner | QFile::WriteOwner))
        return;
    qWarning("console log %s: %s", qPrintable(path), qPrintable(m_file.errorString()));
}

void Console::readAvailable()
{
    char buffer[16384];
    // A guest that never stops writing must not keep the event loop from all else.
    for (int reads = 0; m_socket && reads < maxReads; ++reads) {
        const auto count = ::read(m_socket.number(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            return;
        if (count <= 0) {
            m_readable.setEnabled(false);
            m_socket = Descriptor();
            return;
        }
        keep(QByteArray(buffer, count));
    }
}

void Console::keep(const QByteArray &bytes)
{
    m_tail = (m_tail + bytes).right(tailBytes);
    if (m_file.isOpen() && m_file.size() + bytes.size() > fileBytes)
        startFile();
    if (m_file.isOpen())
        m_file.write(bytes);
    emit received(bytes);
}

} // namespace vmm
