#pragma once

#include <QWidget>

namespace ui {

/// What a window without sandboxes shows: where to drop a folder, a button, the command.
class EmptyPage : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyPage(QWidget *parent = nullptr);

signals:
    void newAsked();

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace ui
