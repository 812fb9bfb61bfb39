#pragma once

#include "ui/main_window/services.h"

#include <QTabWidget>

namespace ui {

class FilesPage;
class LogPage;
class NetworkPage;
class ReviewPage;
class SandboxActions;
class SettingsPage;
class SnapshotsPage;

/// The pages of one sandbox, its terminals first.
class SandboxPages : public QTabWidget
{
    Q_OBJECT

public:
    enum class Page { Terminal, Network, Files, Snapshots, Log, Settings };

    SandboxPages(Services services,
        SandboxActions &actions,
        const core::SandboxStatus &status,
        const core::Agent &agent,
        QWidget *terminal,
        QWidget *parent);

    void attach(core::WardenClient *client);
    void release();
    void show(const core::SandboxStatus &status);
    void showPage(Page page);

signals:
    void failed(const core::Error &error);

private:
    void updateTexts(const core::SandboxStatus &status);

    QString m_agentName;
    NetworkPage *m_network;
    FilesPage *m_files;   ///< null for a fork
    ReviewPage *m_review; ///< of a fork, instead of its files; else null
    SnapshotsPage *m_snapshots;
    LogPage *m_log;
    SettingsPage *m_settings;
};

} // namespace ui
