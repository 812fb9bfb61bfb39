#pragma once

#include "core/credentials/secret_store.h"
#include "ui/main_window/services.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace ui {

/// The keys in the keychain, by service; sets and removes them. Never shows one.
class CredentialsDialog : public QDialog
{
    Q_OBJECT

public:
    CredentialsDialog(Services services, QWidget *parent);

    void setService(const QString &service);

signals:
    void changed();

private:
    QLayout *buildEntry();
    void readNames();
    void save();
    void remove();
    void report(const core::Result<> &result, const QString &done);
    void say(const QString &text, bool good);

    Services m_services;
    QListWidget *m_names;
    QComboBox *m_service;
    QLineEdit *m_value;
    QPushButton *m_save;
    QPushButton *m_remove;
    QLabel *m_note;
};

} // namespace ui
