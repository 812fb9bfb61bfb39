#pragma once

#include "core/client/sandbox_status.h"
#include "core/client/warden_client.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace ui {

/// How the folder and the sandbox agree: status, the question about a mass change, conflicts,
/// problems, what is left out.
class FilesPage : public QWidget
{
    Q_OBJECT

public:
    explicit FilesPage(QWidget *parent = nullptr);

    void attach(core::WardenClient *client);
    void release();
    void show(const core::SandboxStatus &status);

signals:
    void failed(const core::Error &error);

private:
    QWidget *buildHead();
    QWidget *buildQuestion();
    void call(const QString &method, const QJsonObject &parameters = {});
    void answer(const QString &choice);
    void readConflicts();
    void showQuestion(const core::SyncStatus &sync);
    void showLists();
    void showEmptiness();
    /// The folder on this computer that holds what is selected; empty for none, or none there.
    [[nodiscard]] QString selectedFolder() const;

    QPointer<core::WardenClient> m_client;
    core::SyncStatus m_sync;
    QString m_workspace;
    /// What the list is made of.
    struct Lists
    {
        QList<core::SyncConflict> conflicts;
        QStringList questioned;
        QList<core::SyncProblem> problems;
        QStringList excluded;
        friend bool operator==(const Lists &, const Lists &) = default;
    };
    Lists m_listed; ///< what the list shows now
    QList<core::SyncConflict> m_conflicts;
    QLabel *m_state = nullptr;
    QLabel *m_where = nullptr;
    QPushButton *m_pause = nullptr;
    QPushButton *m_now = nullptr;
    QWidget *m_question = nullptr;
    QLabel *m_questionText = nullptr;
    QTreeWidget *m_list;
    QPushButton *m_showFolder;
    QLabel *m_empty;
};

} // namespace ui
