#pragma once

#include "ui/text/describe.h"

#include <QWidget>

namespace ui {

/// The shape of a sandbox's state as a widget.
class StateMark : public QWidget
{
    Q_OBJECT

public:
    explicit StateMark(QWidget *parent = nullptr);

    void show(const Headline &headline);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Headline m_headline;
};

} // namespace ui
