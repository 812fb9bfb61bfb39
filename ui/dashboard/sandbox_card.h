#pragma once

#include "ui/text/describe.h"

#include <QStyledItemDelegate>

namespace ui {

/// Draws the shape of a state into `area`.
void paintShape(QPainter &painter, const QRectF &area, Shape shape, const QColor &color);

/// Draws a sandbox in the list: shape, name, how long, what it does, where.
class SandboxCard : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter,
        const QStyleOptionViewItem &option,
        const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(
        const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace ui
