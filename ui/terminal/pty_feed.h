#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

namespace ui {

/// Writes bytes to the slave side of a terminal widget's pty without ever waiting: what the kernel
/// does not take at once is kept and written when it can. The widget's own thread drains the pty,
/// so a blocking write would wait for itself.
class PtyFeed : public QObject
{
    Q_OBJECT

public:
    /// `slaveFd` stays the caller's and must outlive this; it is set to raw mode.
    explicit PtyFeed(int slaveFd, QObject *parent = nullptr);
    ~PtyFeed() override;

    void append(const QByteArray &bytes);
    [[nodiscard]] qsizetype pending() const { return m_pending.size() - m_written; }

signals:
    void shrunk(qsizetype pending); ///< after each write, also with 0

private:
    void writeSome();

    int m_fd; ///< a file description of its own, so that its O_NONBLOCK is nobody else's
    QSocketNotifier m_writable;
    QByteArray m_pending;
    qsizetype m_written = 0;
};

} // namespace ui
