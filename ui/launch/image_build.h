#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QStringList>

namespace ui {

/// Builds the guest image by `paddock image build` and tells how it goes. One at a time.
class ImageBuild : public QObject
{
    Q_OBJECT

public:
    explicit ImageBuild(QObject *parent = nullptr);
    ~ImageBuild() override;

    void start();
    void cancel();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] QStringList lines() const { return m_lines; } ///< the last ones, oldest first
    [[nodiscard]] qint64 elapsedMs() const { return m_clock.isValid() ? m_clock.elapsed() : 0; }

signals:
    void progressed();
    /// `reason` is empty when the image is there.
    void finished(const QString &reason);

private:
    void take();
    void end(const QString &reason);

    QProcess m_process;
    QByteArray m_partial;
    QStringList m_lines;
    QElapsedTimer m_clock;
    bool m_cancelled = false;
};

} // namespace ui
