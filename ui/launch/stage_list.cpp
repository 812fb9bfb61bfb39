#include "ui/launch/stage_list.h"

#include "ui/dashboard/sandbox_card.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

using core::LaunchStage;

constexpr std::array stages{LaunchStage::Image,
    LaunchStage::Disks,
    LaunchStage::Boot,
    LaunchStage::Guest,
    LaunchStage::Files,
    LaunchStage::Agent};
constexpr int rowHeight = 30;

QString name(LaunchStage stage)
{
    switch (stage) {
    case LaunchStage::Image:
        return StageList::tr("Image");
    case LaunchStage::Disks:
        return StageList::tr("Disks");
    case LaunchStage::Boot:
        return StageList::tr("Machine");
    case LaunchStage::Guest:
        return StageList::tr("System");
    case LaunchStage::Files:
        return StageList::tr("Files");
    case LaunchStage::Agent:
        return StageList::tr("Agent");
    case LaunchStage::Ready:
        return StageList::tr("Ready");
    }
    std::unreachable();
}

} // namespace

StageList::StageList(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"stages"_s);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void StageList::show(LaunchStage stage, const QString &detail)
{
    m_stage = stage;
    m_detail = detail;
    setAccessibleName(detail.isEmpty() ? name(stage) : u"%1, %2"_s.arg(name(stage), detail));
    update();
}

QSize StageList::sizeHint() const
{
    return {420, int(stages.size()) * rowHeight};
}

void StageList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int row = 0;
    for (const LaunchStage stage : stages) {
        const QRectF area(0, row * rowHeight, width(), rowHeight);
        const QRectF shape(2, area.top() + (rowHeight - 12) / 2.0, 12, 12);
        const bool done = stage < m_stage;
        const bool current = stage == m_stage;
        if (done || current)
            paintShape(painter,
                shape,
                done ? Shape::Check : Shape::Play,
                toneColor(done ? Tone::Good : Tone::Busy, palette()));
        else {
            painter.setPen(Qt::NoPen);
            painter.setBrush(lineColor(palette()));
            painter.drawEllipse(shape.center(), 3, 3);
        }
        QFont font = this->font();
        font.setWeight(current ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(
            done || current ? palette().color(QPalette::WindowText) : quietColor(palette()));
        painter.drawText(area.adjusted(28, 0, 0, 0), Qt::AlignVCenter, name(stage));
        if (current) {
            painter.setFont(this->font());
            painter.setPen(quietColor(palette()));
            const QRectF rest = area.adjusted(120, 0, 0, 0);
            painter.drawText(rest,
                Qt::AlignVCenter,
                painter.fontMetrics().elidedText(m_detail, Qt::ElideRight, int(rest.width())));
        }
        ++row;
    }
}

} // namespace ui
