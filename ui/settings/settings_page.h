#pragma once

#include "core/client/sandbox_status.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPlainTextEdit;

namespace ui {

/// What a sandbox was made with and what it runs on, to read.
class SettingsPage : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsPage(QWidget *parent = nullptr);

    void show(const core::SandboxStatus &status, const QString &agentName);

private:
    QLabel *line(QFormLayout *form, const QString &label, const QString &name);

    QLabel *m_folder;
    QLabel *m_agent;
    QLabel *m_network;
    QLabel *m_resources;
    QLabel *m_acceleration;
    QLabel *m_docker;
    QLabel *m_secretFiles;
    QLabel *m_image;
    QLabel *m_id;
    QLabel *m_notices;
};

} // namespace ui
