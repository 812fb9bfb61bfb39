#pragma once

#include "core/config/config_keys.h"

#include <QDialog>

#include <functional>

class QFormLayout;
class QLabel;
class QToolButton;

namespace ui {

/// The settings of config.toml for everyday use. A change is kept in the file at once; the others
/// that stand there stay as they are.
class PreferencesDialog : public QDialog
{
    Q_OBJECT

public:
    PreferencesDialog(QString configFile, QWidget *parent);

private:
    struct Field
    {
        const core::ConfigKey *key;
        QWidget *input;
        std::function<void(const core::ConfigValue &)> show;
        QToolButton *reset;
    };
    struct Choice
    {
        QString value; ///< as in the file
        QString text;
    };
    struct Number
    {
        QString label;
        QString unit;
        QString zero; ///< what 0 means; empty: just that
        int step = 1;
        int most = 0;
    };

    void buildQuitting();
    void buildSuspending();
    void buildSnapshots();
    void buildDisk();
    void heading(const QString &title);
    void note(const QString &text);
    void addChoice(const QString &key, const QString &label, const QList<Choice> &choices);
    void addNumber(const QString &key, const Number &number);
    void addSwitch(const QString &key, const QString &text);
    /// Puts the field beside the button that takes it back to its usual value.
    QWidget *remember(Field field, const QString &spoken);
    void read();
    void keep(const core::ConfigKey &key, const core::ConfigValue &value);
    void refuse(const core::Error &error);

    QString m_file;
    QFormLayout *m_form;
    QLabel *m_refusal;
    QList<Field> m_fields;
};

} // namespace ui
