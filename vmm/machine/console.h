#pragma once

#include "vmm/descriptor.h"

#include <QFile>
#include <QObject>
#include <QSocketNotifier>

namespace vmm {

/// Reads a machine's serial console for as long as it lives, whatever the guest writes: the last
/// bytes in memory, the rest in a file that cannot grow without end.
class Console final : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype tailBytes = 64 << 10;
    static constexpr int maxReads = 64; ///< of 16 KiB at a time: more than a socket holds
    static constexpr qint64 fileBytes = 512
                                        << 10; ///< then the file becomes ".1" and a new one begins

    /// `logPath` may be empty. A log of the last start becomes ".1".
    Console(Descriptor socket, const QString &logPath);

    [[nodiscard]] QByteArray tail() const { return m_tail; }
    void readAvailable();

signals:
    void received(const QByteArray &bytes);

private:
    void keep(const QByteArray &bytes);
    void startFile();

    Descriptor m_socket;
    QSocketNotifier m_readable;
    QByteArray m_tail;
    QFile m_file;
};

} // namespace vmm
