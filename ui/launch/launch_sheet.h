#pragma once

#include "ui/launch/launch_request.h"
#include "ui/main_window/services.h"

#include <QDialog>

class QButtonGroup;
class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace ui {

class EmulationConsent;
class TemplateNote;

/// Asks what a new sandbox is to be. Never starts anything by itself.
class LaunchSheet : public QDialog
{
    Q_OBJECT

public:
    LaunchSheet(Services services, QWidget *parent);

    /// Fills in a folder; `note` is shown below it ("FILE is inside this folder").
    void setFolder(const QString &folder, const QString &note = {});
    void setAgent(const QString &id);
    [[nodiscard]] LaunchForm form() const;
    /// Shows why it was refused and stays open.
    void refuse(const core::Error &error);

signals:
    void wanted(const ui::LaunchForm &form);
    void keyAsked(const QString &service);

private:
    void buildFolder(QFormLayout *form);
    void buildAgents(QFormLayout *form);
    void buildNetwork(QFormLayout *form);
    void buildMachine(QFormLayout *form);
    QWidget *buildFoot();
    QLayout *buildButtons();
    void chooseFolder();
    void update();
    void updateFolder();
    void updateKey();
    [[nodiscard]] QString missingKey() const;

    Services m_services;
    QString m_note;
    QString m_checked; ///< the folder's canonical path; empty while it is refused
    QLineEdit *m_folder = nullptr;
    QLabel *m_folderNote = nullptr;
    QButtonGroup *m_agents = nullptr;
    QLabel *m_key = nullptr;
    QPushButton *m_addKey = nullptr;
    QButtonGroup *m_network = nullptr;
    QLabel *m_networkNote = nullptr;
    QLineEdit *m_name = nullptr;
    QSpinBox *m_cpus = nullptr;
    QSpinBox *m_memory = nullptr;
    QSpinBox *m_disk = nullptr;
    QCheckBox *m_secretFiles = nullptr;
    EmulationConsent *m_emulation = nullptr;
    TemplateNote *m_template = nullptr;
    QLabel *m_refusal = nullptr;
    QLineEdit *m_command = nullptr;
    QPushButton *m_create = nullptr;
};

} // namespace ui
