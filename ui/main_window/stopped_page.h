#pragma once

#include "core/client/sandbox_status.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {

/// What a sandbox shows that does not run: why, what is kept, and the button that goes on.
class StoppedPage : public QWidget
{
    Q_OBJECT

public:
    explicit StoppedPage(QWidget *parent = nullptr);

    void show(const core::SandboxStatus &status);

signals:
    void startAsked();
    void restartAsked();

private:
    bool m_silent = false; ///< it does not answer
    QLabel *m_text;
    QLabel *m_about;
    QPushButton *m_button;
};

} // namespace ui
