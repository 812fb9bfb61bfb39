#include "ui/dashboard/state_mark.h"

#include "ui/dashboard/sandbox_card.h"

#include <QPainter>

namespace ui {

StateMark::StateMark(QWidget *parent)
    : QWidget(parent)
{
    setFixedSize(16, 16);
}

void StateMark::show(const Headline &headline)
{
    m_headline = headline;
    setAccessibleName(headline.text);
    update();
}

void StateMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintShape(
        painter, QRectF(1, 1, 14, 14), m_headline.shape, toneColor(m_headline.tone, palette()));
}

} // namespace ui
