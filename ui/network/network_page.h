#pragma once

#include "core/client/sandboxes.h"
#include "core/client/warden_client.h"
#include "ui/network/activity_model.h"
#include "ui/network/rules_model.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;
class QToolButton;

namespace ui {

/// What a sandbox may reach and what it tried: rules, a test for a destination, the live log.
class NetworkPage : public QWidget
{
    Q_OBJECT

public:
    NetworkPage(core::Paths paths,
        core::SandboxSettings settings,
        core::Agent agent,
        QWidget *parent = nullptr);

    void attach(core::WardenClient *client);
    void release();

signals:
    void failed(const core::Error &error);

private:
    QWidget *buildHead();
    QWidget *buildRules();
    QWidget *buildLog();
    QLayout *buildLogTools();
    void readRules();
    void addRule(const QString &verb);
    void removeRule();
    void allowSelected();
    void edit(core::Result<int> changed, const QString &done);
    void test();
    void say(const core::DestinationCheck &check);
    void updateButtons();
    void copySelected();
    void filter();

    core::Paths m_paths;
    core::SandboxSettings m_settings;
    core::Agent m_agent;
    QPointer<core::WardenClient> m_client;
    RulesModel *m_rules;
    ActivityModel *m_activity;
    QSortFilterProxyModel *m_shown;
    QTableView *m_ruleView = nullptr;
    QTableView *m_logView = nullptr;
    QLineEdit *m_testField = nullptr;
    QLabel *m_testAnswer = nullptr;
    QLineEdit *m_ruleField = nullptr;
    QPushButton *m_allow = nullptr;
    QPushButton *m_block = nullptr;
    QPushButton *m_remove = nullptr;
    QLabel *m_ruleNote = nullptr;
    QLineEdit *m_filterField = nullptr;
    QToolButton *m_blockedOnly = nullptr;
    QPushButton *m_allowSelected = nullptr;
};

} // namespace ui
