#include "ui/dashboard/sandbox_card.h"

#include "ui/dashboard/sandbox_model.h"

#include <QDateTime>
#include <QPainter>
#include <QPainterPath>

#include <numbers>
#include <utility>

namespace ui {

namespace {

constexpr int margin = 12;
constexpr int shapeSize = 11;

QFont smaller(const QFont &font)
{
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.92);
    return small;
}

QPolygonF polygon(const QRectF &area, std::initializer_list<QPointF> unit)
{
    QPolygonF points;
    for (const QPointF &point : unit)
        points << QPointF(
            area.x() + point.x() * area.width(), area.y() + point.y() * area.height());
    return points;
}

void paintGround(QPainter &painter, const QStyleOptionViewItem &option)
{
    const QRectF area = QRectF(option.rect).adjusted(6, 2, -6, -2);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
    if (selected || hovered) {
        QColor ground = option.palette.color(QPalette::Highlight);
        ground.setAlphaF(selected ? 0.20F : 0.08F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground);
        painter.drawRoundedRect(area, 7, 7);
    }
    if (selected) {
        painter.setBrush(option.palette.color(QPalette::Highlight));
        painter.drawRoundedRect(
            QRectF(area.left(), area.top() + 10, 3, area.height() - 20), 1.5, 1.5);
    }
    if (option.state.testFlag(QStyle::State_HasFocus) &&
        option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(option.palette.color(QPalette::Highlight), 1.5));
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6);
    }
}

void paintLine(QPainter &painter,
    const QRectF &area,
    const QFont &font,
    const QColor &color,
    const QString &text,
    Qt::TextElideMode mode)
{
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(area,
        Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetricsF(font).elidedText(text, mode, area.width()));
}

/// How long the state holds, where that says something.
QString sinceText(const core::SandboxStatus &status)
{
    if (status.sinceMs == 0 || status.state == core::SandboxState::Stopped)
        return {};
    return describeElapsed(QDateTime::currentMSecsSinceEpoch() - status.sinceMs);
}

} // namespace

void paintShape(QPainter &painter, const QRectF &area, Shape shape, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QPen stroke(color, area.width() / 5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    switch (shape) {
    case Shape::Diamond:
        painter.drawPolygon(polygon(area, {{0.5, 0}, {1, 0.5}, {0.5, 1}, {0, 0.5}}));
        break;
    case Shape::Triangle:
        painter.drawPolygon(polygon(area, {{0.5, 0.04}, {1, 0.94}, {0, 0.94}}));
        break;
    case Shape::Play:
        painter.drawPolygon(polygon(area, {{0.12, 0.02}, {0.98, 0.5}, {0.12, 0.98}}));
        break;
    case Shape::Square:
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 2, 2);
        break;
    case Shape::Pause: {
        const QSizeF bar(area.width() * 0.32, area.height() * 0.9);
        painter.drawRoundedRect(
            QRectF(area.topLeft() + QPointF(area.width() * 0.08, 0), bar), 1, 1);
        painter.drawRoundedRect(QRectF(area.topLeft() + QPointF(area.width() * 0.6, 0), bar), 1, 1);
        break;
    }
    case Shape::Check:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(stroke);
        painter.drawPolyline(polygon(area, {{0.05, 0.55}, {0.38, 0.88}, {0.95, 0.15}}));
        break;
    case Shape::Ring:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(stroke);
        painter.drawArc(area.adjusted(1, 1, -1, -1), 30 * 16, 300 * 16);
        break;
    case Shape::Question: {
        QFont font = painter.font();
        font.setPixelSize(int(area.height() * 1.2));
        font.setBold(true);
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(area.adjusted(-4, -4, 4, 4), Qt::AlignCenter, QStringLiteral("?"));
        break;
    }
    }
    painter.restore();
}

void SandboxCard::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto status = index.data(SandboxModel::StatusRole).value<core::SandboxStatus>();
    const Headline line = headline(status);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintGround(*painter, option);

    const QRectF content = QRectF(option.rect).adjusted(margin + 6, 8, -margin - 4, -8);
    const qreal lineHeight = content.height() / 3;
    const QRectF text = content.adjusted(shapeSize + 10, 0, 0, 0);
    const QColor color = toneColor(line.tone, option.palette);
    const QRectF shape(
        content.left(), content.top() + (lineHeight - shapeSize) / 2, shapeSize, shapeSize);
    paintShape(*painter, shape, line.shape, color);

    const QFont small = smaller(option.font);
    const QString since = sinceText(status);
    const qreal sinceWidth =
        since.isEmpty() ? 0 : QFontMetricsF(small).horizontalAdvance(since) + 8;
    painter->setFont(small);
    painter->setPen(quietColor(option.palette));
    painter->drawText(QRectF(text.left(), text.top(), text.width(), lineHeight),
        Qt::AlignRight | Qt::AlignVCenter,
        since);

    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    const auto row = [&text, lineHeight](int number) {
        return QRectF(text.left(), text.top() + number * lineHeight, text.width(), lineHeight);
    };
    const QString name =
        status.settings.name.isEmpty() ? status.settings.id.value : status.settings.name;
    paintLine(*painter,
        row(0).adjusted(0, 0, -sinceWidth, 0),
        bold,
        option.palette.color(QPalette::Text),
        name,
        Qt::ElideRight);
    paintLine(*painter, row(1), small, color, line.text, Qt::ElideRight);
    paintLine(*painter,
        row(2),
        small,
        quietColor(option.palette),
        shortPath(status.settings.workspace),
        Qt::ElideMiddle);
    painter->restore();
}

QSize SandboxCard::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {120, 3 * (QFontMetrics(option.font).height() + 2) + 20};
}

} // namespace ui
