#pragma once

#include "vmm/program.h"

#include <QObject>
#include <QProcess>

#include <memory>

namespace vmm {

/// QEMU as a child that ends with us. Inherits exactly the descriptors named, under the same
/// numbers.
class QemuProcess final : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype errorBytes = 8 << 10;

    QemuProcess();
    ~QemuProcess() override; ///< kills it; it is reaped by the event loop

    /// The descriptors may be closed as soon as this has returned. Ends with finished() in any
    /// case.
    void start(const CommandLine &command, const QList<int> &inherited);
    void kill();

    [[nodiscard]] qint64 processId() const { return m_process->processId(); }
    /// Whether the host's kernel has ended programs for lack of memory since this one was started.
    [[nodiscard]] bool memoryRanOut() const;
    [[nodiscard]] QString errorText() const { return QString::fromLocal8Bit(m_errors).trimmed(); }

signals:
    /// `signal` is 0 when it ended by itself. A program that could not be started has the exit code
    /// 127.
    void finished(int exitCode, int signal);

private:
    void readErrors();
    void reportEnd(int code, QProcess::ExitStatus status);

    std::unique_ptr<QProcess> m_process;
    QByteArray m_errors;
    qint64 m_memoryKills = 0; ///< of this computer, at the start
};

} // namespace vmm
