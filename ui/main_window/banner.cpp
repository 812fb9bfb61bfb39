#include "ui/main_window/banner.h"

#include "ui/text/describe.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

Banner::Banner(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_buttons(new QHBoxLayout)
{
    setObjectName(u"banner"_s);
    setAutoFillBackground(true);
    m_title->setObjectName(u"bannerTitle"_s);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_text->setObjectName(u"bannerText"_s);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *close = new QToolButton(this);
    close->setObjectName(u"bannerClose"_s);
    close->setAutoRaise(true);
    close->setIcon(themedIcon(u"close"_s, palette()));
    close->setAccessibleName(tr("Dismiss"));
    close->setToolTip(close->accessibleName());
    connect(close, &QToolButton::clicked, this, &Banner::dismiss);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_title);
    texts->addWidget(m_text);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(gap, gapSmall + 2, gapSmall, gapSmall + 2);
    layout->addLayout(texts, 1);
    layout->addLayout(m_buttons);
    layout->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void Banner::show(
    Tone tone, const QString &title, const QString &text, const QList<BannerAction> &actions)
{
    const QPalette base = parentWidget()->palette();
    QPalette colors = base;
    colors.setColor(QPalette::Window, toneGround(tone, base));
    setPalette(colors);
    QPalette titleColors = colors;
    titleColors.setColor(QPalette::WindowText, toneColor(tone, base));
    m_title->setPalette(titleColors);
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    for (QPushButton *button : std::exchange(m_shown, {}))
        button->deleteLater();
    for (const BannerAction &action : actions) {
        auto *button = new QPushButton(action.text, this);
        button->setObjectName(u"bannerAction%1"_s.arg(m_shown.size()));
        connect(button, &QPushButton::clicked, this, [this, run = action.run] {
            dismiss();
            run();
        });
        m_buttons->addWidget(button);
        m_shown.append(button);
    }
    setVisible(true);
}

void Banner::show(const core::Error &error, const QList<BannerAction> &actions)
{
    const ErrorText words = describe(error);
    QStringList sentences;
    for (const QString &part : {words.why, words.detail, words.nextStep}) {
        if (!part.isEmpty())
            sentences.append(part);
    }
    show(Tone::Problem, words.title, sentences.join(u'\n'), actions);
}

void Banner::dismiss()
{
    hide();
}

QString Banner::text() const
{
    return isHidden() ? QString() : m_title->text() + u'\n' + m_text->text();
}

} // namespace ui
