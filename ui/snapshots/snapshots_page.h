#pragma once

#include "core/client/sandbox_status.h"
#include "core/sandbox/snapshot.h"
#include "ui/main_window/services.h"

#include <QWidget>

class QAction;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace ui {

class SandboxActions;

/// The snapshots of a sandbox, whether it runs or not: to take one, to go back to one, to remove
/// one.
class SnapshotsPage : public QWidget
{
    Q_OBJECT

public:
    SnapshotsPage(Services services,
        SandboxActions &actions,
        const core::SandboxStatus &status,
        QWidget *parent);

    void show(const core::SandboxStatus &status);

signals:
    void failed(const core::Error &error);

protected:
    bool event(QEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildFilled();
    QWidget *buildEmpty();
    QPushButton *takeButton(const QString &name, QWidget *parent);
    void read();
    void addItem(const core::SnapshotInfo &snapshot);
    void showHead();
    void showButtons();
    void take();
    void restore();
    void remove();
    void forget(const QString &name);
    [[nodiscard]] const core::SnapshotInfo *selected() const;

    Services m_services;
    SandboxActions &m_actions;
    core::SandboxStatus m_status;
    QList<core::SnapshotInfo> m_snapshots; ///< the newest first, as the rows
    bool m_asked = false;                  ///< one is being taken or removed at this page's word
    QLabel *m_state = nullptr;
    QStackedWidget *m_places = nullptr;
    QTreeWidget *m_list = nullptr;
    QLabel *m_emptyText = nullptr;
    QPushButton *m_take = nullptr;
    QPushButton *m_takeFirst = nullptr;
    QPushButton *m_restore = nullptr;
    QPushButton *m_remove = nullptr;
};

} // namespace ui
