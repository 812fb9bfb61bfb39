#pragma once

#include "core/client/sandbox_status.h"
#include "core/client/warden_client.h"

#include <QHash>
#include <QPointer>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace ui {

/// What the fork of a running sandbox changed in its own copy of the folder, line by line, and the
/// way over into the user's folder. A file that changed there too since the fork stays out.
class ReviewPage : public QWidget
{
    Q_OBJECT

public:
    explicit ReviewPage(const core::SandboxSettings &fork, QWidget *parent = nullptr);

    void attach(core::WardenClient *client);
    void release();
    void show(const core::SandboxStatus &status);

signals:
    void failed(const core::Error &error);

private:
    QWidget *buildHead();
    QWidget *buildLists();
    void read();
    void take(const QJsonObject &review);
    void fill(const QJsonObject &review);
    void addItem(const QJsonObject &change);
    void accept();
    void showPatch();
    void showButtons();
    [[nodiscard]] QStringList chosen() const;

    core::SandboxSettings m_fork;
    QPointer<core::WardenClient> m_client;
    bool m_served = false; ///< its guest can be asked
    bool m_busy = false;
    QHash<QString, QString> m_patches; ///< by path
    QLabel *m_state = nullptr;
    QLabel *m_where = nullptr;
    QPushButton *m_refresh = nullptr;
    QPushButton *m_accept = nullptr;
    QTreeWidget *m_list = nullptr;
    QPlainTextEdit *m_patch = nullptr;
};

} // namespace ui
