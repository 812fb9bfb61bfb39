#pragma once

#include "ui/dashboard/sandbox_model.h"
#include "ui/main_window/sandbox_page.h"
#include "ui/main_window/window_memory.h"
#include "ui/notify/notifier.h"

#include <QHash>
#include <QMainWindow>
#include <QPersistentModelIndex>

class QLabel;
class QListView;
class QSplitter;
class QStackedWidget;

namespace ui {

class Banner;
class EmptyPage;
class LaunchSheet;
struct LaunchForm;

/// The one window: the sandboxes left, one of them right. Takes a dropped folder anywhere.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(Services services, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Opens the sheet with a folder filled in; an empty one leaves the choice.
    void newSandbox(
        const QString &folder = {}, const QString &agent = {}, const QString &note = {});
    /// The sandbox of this folder and agent, made when there is none: started and shown.
    void run(const QString &agent, const QString &folder);
    void open(const core::SandboxId &id);
    void raiseWindow();
    [[nodiscard]] SandboxActions &actions() { return m_actions; }
    [[nodiscard]] SandboxPage *currentPage() const;
    [[nodiscard]] bool trayShown() const { return m_trayShown; }
    /// With a tray icon, closing hides the window instead of quitting.
    void setTrayShown(bool shown) { m_trayShown = shown; }
    [[nodiscard]] SandboxModel &model() { return m_model; }

signals:
    void quitAsked();

protected:
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void moveEvent(QMoveEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void buildList(QSplitter *splitter);
    void buildMenus();
    void buildSandboxMenu();
    void addVerbs(QMenu *menu);
    void buildTerminalMenu();
    void buildViewMenu();
    void buildHelpMenu();
    void create(const LaunchForm &form);
    void buildNotices();
    void remember();
    [[nodiscard]] bool isSeen(const core::SandboxId &id) const;
    void showSelected();
    void showPlaces();
    void step(int by);
    void nextNeedy();
    void showMenu(const QPoint &position);
    void confirmDelete(const core::SandboxId &id);
    void askKeys(const QString &service = {});
    void about();
    void updateActions();
    SandboxPage *pageOf(const core::SandboxStatus &status);
    [[nodiscard]] core::SandboxId currentId() const;
    QAction *action(QMenu *menu, const QString &name, const QString &text, const QKeySequence &key);

    Services m_services;
    SandboxModel m_model;
    SandboxActions m_actions;
    WindowMemory m_memory;
    QTimer m_memoryTimer; ///< runs out when the window has kept its place for a moment
    Notifier m_notifier;
    std::unique_ptr<ImageBuild> m_build;
    QHash<core::SandboxId, SandboxPage *> m_pages;
    Banner *m_banner;
    QStackedWidget *m_places;
    EmptyPage *m_empty;
    QSplitter *m_splitter;
    QListView *m_list = nullptr;
    QStackedWidget *m_detail = nullptr;
    QLabel *m_dropHint;
    LaunchSheet *m_sheet = nullptr;
    QAction *m_startAction = nullptr;
    QAction *m_stopAction = nullptr;
    QAction *m_suspendAction = nullptr;
    QAction *m_forkAction = nullptr;
    QAction *m_deleteAction = nullptr;
    QList<QAction *> m_terminalActions;
    QList<QAction *> m_sandboxActions;
    bool m_trayShown = false;
};

} // namespace ui
