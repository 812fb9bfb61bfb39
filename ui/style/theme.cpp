#include "ui/style/theme.h"

#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QStyleHints>
#include <QStyleOption>
#include <QSvgRenderer>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

struct Colors
{
    QRgb window, base, alternate, text, button, highlight, highlightText, link, placeholder,
        tooltip;
};

constexpr Colors lightColors{.window = 0xfff6f6f4,
    .base = 0xffffffff,
    .alternate = 0xfff3f3f0,
    .text = 0xff1d1f21,
    .button = 0xfffdfdfc,
    .highlight = 0xff2f6f5e,
    .highlightText = 0xffffffff,
    .link = 0xff1f6553,
    .placeholder = 0xff6b7075,
    .tooltip = 0xffffffff};

constexpr Colors darkColors{.window = 0xff202225,
    .base = 0xff18191c,
    .alternate = 0xff232529,
    .text = 0xffe6e7e8,
    .button = 0xff2c2f33,
    .highlight = 0xff3a8470,
    .highlightText = 0xffffffff,
    .link = 0xff7cc8b3,
    .placeholder = 0xff969ba1,
    .tooltip = 0xff2c2f33};

QPalette paletteOf(const Colors &colors)
{
    QPalette palette(QColor::fromRgb(colors.button), QColor::fromRgb(colors.window));
    const auto set = [&palette](QPalette::ColorRole role, QRgb color) {
        palette.setColor(role, QColor::fromRgb(color));
    };
    set(QPalette::Window, colors.window);
    set(QPalette::Base, colors.base);
    set(QPalette::AlternateBase, colors.alternate);
    set(QPalette::WindowText, colors.text);
    set(QPalette::Text, colors.text);
    set(QPalette::ButtonText, colors.text);
    set(QPalette::Button, colors.button);
    set(QPalette::Highlight, colors.highlight);
    set(QPalette::Accent, colors.highlight);
    set(QPalette::HighlightedText, colors.highlightText);
    set(QPalette::Link, colors.link);
    set(QPalette::PlaceholderText, colors.placeholder);
    set(QPalette::ToolTipBase, colors.tooltip);
    set(QPalette::ToolTipText, colors.text);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor::fromRgb(colors.placeholder));
    return palette;
}

/// Fusion draws outlines darker than the window: on a dark one they would not be seen.
QPalette withOutlines(QPalette palette)
{
    if (isDark(palette))
        palette.setColor(QPalette::Window, QColor::fromRgb(0xffa0a4a9));
    return palette;
}

constexpr int inset = 4;

/// Fusion with room around words, outlines in the dark too, and a quiet button to close tabs.
class RoomyStyle : public QProxyStyle
{
public:
    RoomyStyle()
        : QProxyStyle(QStyleFactory::create(u"fusion"_s))
    {
    }
    QSize sizeFromContents(ContentsType type,
        const QStyleOption *option,
        const QSize &contents,
        const QWidget *widget) const override
    {
        const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        switch (type) {
        case CT_PushButton:
            return size + QSize(18, 6);
        case CT_TabBarTab:
            return size + QSize(10, 8);
        case CT_ToolButton:
        case CT_LineEdit:
        case CT_ComboBox:
            return size + QSize(4, 6);
        case CT_SpinBox:
            return size + QSize(4 + 2 * inset, 6);
        case CT_ItemViewItem:
            return size + QSize(0, 8);
        case CT_MenuItem:
            return size + QSize(8, 4);
        default:
            return size;
        }
    }
    int pixelMetric(
        PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override
    {
        if (metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin)
            return 2 + inset; // between a cell's edge and its words
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
    QRect subElementRect(
        SubElement element, const QStyleOption *option, const QWidget *widget) const override
    {
        const QRect area = QProxyStyle::subElementRect(element, option, widget);
        return element == SE_LineEditContents ? area.adjusted(inset, 0, -inset, 0) : area;
    }
    void drawComplexControl(ComplexControl control,
        const QStyleOptionComplex *option,
        QPainter *painter,
        const QWidget *widget) const override
    {
        const auto *box = qstyleoption_cast<const QStyleOptionSpinBox *>(option);
        if (!box || control != CC_SpinBox)
            return QProxyStyle::drawComplexControl(control, option, painter, widget);
        QStyleOptionSpinBox outlined(*box);
        outlined.palette = withOutlines(option->palette);
        QProxyStyle::drawComplexControl(control, &outlined, painter, widget);
    }
    void drawPrimitive(PrimitiveElement element,
        const QStyleOption *option,
        QPainter *painter,
        const QWidget *widget) const override
    {
        if (element == PE_IndicatorTabClose) {
            themedIcon(u"close"_s, option->palette).paint(painter, option->rect);
            return;
        }
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (button && (element == PE_IndicatorCheckBox || element == PE_IndicatorRadioButton)) {
            QStyleOptionButton outlined(*button);
            outlined.palette = withOutlines(option->palette);
            QProxyStyle::drawPrimitive(element, &outlined, painter, widget);
        } else if (frame && element == PE_FrameLineEdit) {
            QStyleOptionFrame outlined(*frame);
            outlined.palette = withOutlines(option->palette);
            QProxyStyle::drawPrimitive(element, &outlined, painter, widget);
        } else {
            QProxyStyle::drawPrimitive(element, option, painter, widget);
        }
    }
};

bool systemIsDark(const QApplication &application)
{
    switch (application.styleHints()->colorScheme()) {
    case Qt::ColorScheme::Dark:
        return true;
    case Qt::ColorScheme::Light:
        return false;
    case Qt::ColorScheme::Unknown:
        break;
    }
    return isDark(QApplication::palette());
}

QPixmap drawn(QByteArray svg, const QColor &color, int size)
{
    svg.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    QPixmap pixmap(size * 2, size * 2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(2);
    return pixmap;
}

} // namespace

void applyTheme(QApplication &application, ThemeChoice choice)
{
    const bool dark =
        choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark(application));
    QApplication::setStyle(new RoomyStyle);
    QApplication::setPalette(paletteOf(dark ? darkColors : lightColors));
}

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128;
}

QColor toneColor(Tone tone, const QPalette &palette)
{
    const bool dark = isDark(palette);
    switch (tone) {
    case Tone::Neutral:
        return quietColor(palette);
    case Tone::Good:
        return QColor::fromRgb(dark ? 0xff79c99e : 0xff1f7a4d);
    case Tone::Busy:
        return QColor::fromRgb(dark ? 0xff7fb3e6 : 0xff1d5fa0);
    case Tone::Attention:
        return QColor::fromRgb(dark ? 0xffe5b457 : 0xff8a5a00);
    case Tone::Problem:
        return QColor::fromRgb(dark ? 0xfff08b83 : 0xffb3261e);
    }
    std::unreachable();
}

QColor quietColor(const QPalette &palette)
{
    return QColor::fromRgb(isDark(palette) ? 0xffa2a7ad : 0xff5d6267);
}

QColor lineColor(const QPalette &palette)
{
    return QColor::fromRgb(isDark(palette) ? 0xff3a3d42 : 0xffdcdcd8);
}

QColor toneGround(Tone tone, const QPalette &palette)
{
    QColor color = toneColor(tone, palette);
    const QColor window = palette.color(QPalette::Window);
    const float share = isDark(palette) ? 0.16F : 0.10F;
    const auto mixed = [share](
                           float front, float back) { return front * share + back * (1 - share); };
    return QColor::fromRgbF(mixed(color.redF(), window.redF()),
        mixed(color.greenF(), window.greenF()),
        mixed(color.blueF(), window.blueF()));
}

QIcon themedIcon(const QString &name, const QPalette &palette)
{
    QFile file(u":/paddock/icons/"_s + name + u".svg"_s);
    if (!file.open(QFile::ReadOnly))
        return {};
    const QByteArray svg = file.readAll();
    QIcon icon;
    for (const int size : {16, 20, 24, 48}) {
        icon.addPixmap(drawn(svg, palette.color(QPalette::Active, QPalette::ButtonText), size));
        icon.addPixmap(drawn(svg, palette.color(QPalette::Disabled, QPalette::ButtonText), size),
            QIcon::Disabled);
    }
    return icon;
}

void makeQuiet(QLabel *label)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, quietColor(palette));
    label->setPalette(palette);
}

void makeHeading(QLabel *label)
{
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 1.25);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
}

} // namespace ui
