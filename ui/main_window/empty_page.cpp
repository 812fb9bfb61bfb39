#include "ui/main_window/empty_page.h"

#include "ui/style/theme.h"

#include <QFontDatabase>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int frameMargin = 28;
constexpr int frameRadius = 14;

} // namespace

EmptyPage::EmptyPage(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"emptyPage"_s);
    auto *icon = new QLabel(this);
    icon->setObjectName(u"emptyIcon"_s);
    icon->setPixmap(themedIcon(u"paddock"_s, palette()).pixmap(72, 72));
    auto *title = new QLabel(tr("Drop a project folder here"), this);
    title->setObjectName(u"emptyTitle"_s);
    makeHeading(title);
    auto *about =
        new QLabel(tr("It opens in a virtual machine of its own, with the agent you choose.\n"
                      "The network is closed but for what you list, and your keys stay outside."),
            this);
    about->setObjectName(u"emptyAbout"_s);
    about->setAlignment(Qt::AlignCenter);
    makeQuiet(about);
    auto *button = new QPushButton(themedIcon(u"plus"_s, palette()), tr("New sandbox…"), this);
    button->setObjectName(u"emptyNew"_s);
    connect(button, &QPushButton::clicked, this, &EmptyPage::newAsked);
    auto *command =
        new QLabel(tr("or in a terminal:  %1").arg(u"paddock run claude ~/project"_s), this);
    command->setObjectName(u"emptyCommand"_s);
    command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    makeQuiet(command);
    auto *layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addWidget(icon, 0, Qt::AlignCenter);
    layout->addSpacing(gap);
    layout->addWidget(title, 0, Qt::AlignCenter);
    layout->addWidget(about, 0, Qt::AlignCenter);
    layout->addSpacing(gap);
    layout->addWidget(button, 0, Qt::AlignCenter);
    layout->addSpacing(gap);
    layout->addWidget(command, 0, Qt::AlignCenter);
    layout->addStretch(3);
}

void EmptyPage::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(lineColor(palette()), 2, Qt::DashLine));
    painter.drawRoundedRect(rect().adjusted(frameMargin, frameMargin, -frameMargin, -frameMargin),
        frameRadius,
        frameRadius);
}

} // namespace ui
