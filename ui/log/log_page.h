#pragma once

#include "core/client/warden_client.h"

#include <QPointer>
#include <QWidget>

class QComboBox;
class QPlainTextEdit;
class QPushButton;

namespace ui {

/// What the warden wrote down and what the machine's console shows.
class LogPage : public QWidget
{
    Q_OBJECT

public:
    explicit LogPage(QWidget *parent = nullptr);

    void attach(core::WardenClient *client);
    void release();
    /// For a sandbox that does not run: the last console it had.
    void showText(const QString &text);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void read();
    void put(const QString &text);

    QPointer<core::WardenClient> m_client;
    QComboBox *m_source;
    QPushButton *m_refresh;
    QPlainTextEdit *m_text;
};

} // namespace ui
