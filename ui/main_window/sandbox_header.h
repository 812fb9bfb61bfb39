#pragma once

#include "core/client/sandbox_status.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {

class StateMark;

/// The top of a sandbox's page: its name, what it is doing, where it works, and what can be done.
class SandboxHeader : public QWidget
{
    Q_OBJECT

public:
    SandboxHeader(QString agentName, QWidget *parent);

    /// Offers again what the state allows.
    void show(const core::SandboxStatus &status);

signals:
    void startAsked();
    void suspendAsked();
    void stopAsked();

private:
    QPushButton *button(const QString &name, const QString &icon, const QString &text);

    QString m_agentName;
    StateMark *m_mark;
    QLabel *m_name;
    QLabel *m_what;
    QLabel *m_where;
    QPushButton *m_start;
    QPushButton *m_suspend;
    QPushButton *m_stop;
};

} // namespace ui
