#pragma once

#include "core/client/sandbox_status.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ui {

class ImageBuild;
class StageList;

/// How far a sandbox's start, or the build of the image, has come; with a way to end it.
class ProgressPage : public QWidget
{
    Q_OBJECT

public:
    explicit ProgressPage(QWidget *parent = nullptr);

    void show(const core::SandboxStatus &status);
    void show(const ImageBuild &build);

signals:
    void cancelAsked();

private:
    void showElapsed();

    QLabel *m_title;
    QLabel *m_elapsed;
    StageList *m_stages;
    QLabel *m_lines;
    QProgressBar *m_bar;
    QPushButton *m_cancel;
    QTimer m_second;
    qint64 m_sinceMs = 0;
};

} // namespace ui
