#include "ui/launch/emulation_consent.h"

#include "core/config/config.h"
#include "ui/style/theme.h"

#include <QCheckBox>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

EmulationConsent::EmulationConsent(const core::Paths &paths, QWidget *parent)
    : QWidget(parent)
    , m_note(new QLabel(this))
    , m_box(new QCheckBox(this))
{
    setObjectName(u"emulationConsent"_s);
    m_note->setObjectName(u"emulationNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setIndent(gapLarge + gapSmall); // below the words of the box
    makeQuiet(m_note);
    m_box->setObjectName(u"emulationAccepted"_s);
    connect(m_box, &QCheckBox::toggled, this, &EmulationConsent::changed);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(gapSmall);
    layout->addWidget(m_box);
    layout->addWidget(m_note);
    const core::Result<core::Config> config = core::loadConfig(paths.configFile());
    m_accepted = config && config->acceptEmulation;
    show({});
    if (!m_accepted)
        core::knownAcceleration(this, paths)
            .then(this, [this](const core::KnownAcceleration &known) { show(known); });
}

void EmulationConsent::show(const core::KnownAcceleration &known)
{
    using enum core::KnownAcceleration::Kind;
    m_known = known;
    const bool only = known.kind == EmulationOnly;
    m_box->setText(only ? tr("Use software emulation")
                        : tr("Use software emulation if this computer cannot accelerate machines"));
    const QString meaning =
        tr("Emulation works, several times slower, and is not a promised isolation boundary.");
    m_note->setText(
        only ? tr("This computer cannot accelerate virtual machines: %1.").arg(known.detail) +
                   u'\n' + meaning
             : meaning);
    setVisible(!m_accepted && known.kind != Works);
    emit changed();
}

bool EmulationConsent::isGiven() const
{
    return !isHidden() && m_box->isChecked();
}

bool EmulationConsent::isMissing() const
{
    return !isHidden() && m_known.kind == core::KnownAcceleration::Kind::EmulationOnly &&
           !m_box->isChecked();
}

} // namespace ui
