#pragma once

#include "ui/main_window/banner.h"
#include "ui/main_window/sandbox_actions.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace ui {

class FilesPage;
class ImageBuild;
class LogPage;
class NetworkPage;
class ProgressPage;
class ReviewPage;
class SettingsPage;
class StateMark;
class StoppedPage;
class TerminalTabs;

/// Everything about one sandbox: a header with its state and actions, and its pages.
class SandboxPage : public QWidget
{
    Q_OBJECT

public:
    enum class Page { Terminal, Network, Files, Log, Settings };

    SandboxPage(Services services,
        SandboxActions &actions,
        ImageBuild &build,
        const core::SandboxStatus &status,
        QWidget *parent = nullptr);

    void show(const core::SandboxStatus &status);
    /// Something the user asked for failed.
    void showError(const core::Error &error);
    void showKeysMissing(const core::Error &error);
    void showPage(Page page);
    /// Gives the keyboard to what the page shows.
    void focusContent();
    [[nodiscard]] TerminalTabs *terminals() const { return m_terminals; }
    [[nodiscard]] const core::SandboxStatus &status() const { return m_status; }
    /// Pulls the state out of the warden again where the connection was lost.
    void attach();

signals:
    void deleteAsked(const core::SandboxId &id);
    void keysAsked();

private:
    QWidget *buildHeader();
    void buildPages();
    void showMain();
    void showBuild();
    void showFailure();
    void release();
    void updateHeader();
    void updateTabs();
    QList<BannerAction> waysOn(core::Error::Kind kind);
    void buildImage();

    Services m_services;
    SandboxActions &m_actions;
    ImageBuild &m_build;
    core::SandboxStatus m_status;
    core::Agent m_agent;
    QPointer<core::WardenClient> m_client;
    bool m_buildingHere = false; ///< the image is built for this sandbox, which starts afterwards
    StateMark *m_mark = nullptr;
    QLabel *m_name = nullptr;
    QLabel *m_what = nullptr;
    QLabel *m_where = nullptr;
    QPushButton *m_start = nullptr;
    QPushButton *m_suspend = nullptr;
    QPushButton *m_stop = nullptr;
    Banner *m_banner;
    QTabWidget *m_pages;
    QStackedWidget *m_main;
    StoppedPage *m_stopped;
    ProgressPage *m_progress;
    TerminalTabs *m_terminals;
    NetworkPage *m_network;
    FilesPage *m_files;
    ReviewPage *m_review; ///< of a fork, instead of its files; else null
    LogPage *m_log;
    SettingsPage *m_settings;
};

} // namespace ui
