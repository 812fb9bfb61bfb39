#pragma once

#include <QDialog>
#include <QStringList>

class QLabel;
class QLineEdit;
class QPushButton;

namespace ui {

/// Asks for the name of a snapshot that is to be taken, which may stay empty.
class TakeSnapshotDialog : public QDialog
{
    Q_OBJECT

public:
    TakeSnapshotDialog(QStringList taken, QWidget *parent);

signals:
    void wanted(const QString &name);

private:
    void check();

    QStringList m_taken;
    QLineEdit *m_name;
    QLabel *m_note;
    QPushButton *m_take;
};

} // namespace ui
