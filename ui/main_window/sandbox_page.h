#pragma once

#include "ui/main_window/banner.h"
#include "ui/main_window/sandbox_actions.h"
#include "ui/main_window/sandbox_pages.h"

#include <QPointer>
#include <QWidget>

class QStackedWidget;

namespace ui {

class ImageBuild;
class ProgressPage;
class SandboxHeader;
class StoppedPage;
class TemplateLine;
class TerminalTabs;

/// Everything about one sandbox: a header with its state and actions, and its pages.
class SandboxPage : public QWidget
{
    Q_OBJECT

public:
    using Page = SandboxPages::Page;

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
    void connectParts();
    void showMain();
    void showBuild();
    void showFailure();
    void release();
    QList<BannerAction> waysOn(core::Error::Kind kind);
    void buildImage();

    Services m_services;
    SandboxActions &m_actions;
    ImageBuild &m_build;
    core::SandboxStatus m_status;
    core::Agent m_agent;
    QPointer<core::WardenClient> m_client;
    bool m_buildingHere = false; ///< the image is built for this sandbox, which starts afterwards
    bool m_shown = false;        ///< a status has been
    SandboxHeader *m_header;
    Banner *m_banner;
    QStackedWidget *m_main;
    StoppedPage *m_stopped;
    ProgressPage *m_progress;
    TerminalTabs *m_terminals;
    SandboxPages *m_pages;
    TemplateLine *m_template;
};

} // namespace ui
