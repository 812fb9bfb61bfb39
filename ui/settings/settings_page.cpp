#include "ui/settings/settings_page.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

QString orDash(const QString &text)
{
    return text.isEmpty() ? u"–"_s : text;
}

QString accelerationText(const core::SandboxStatus &status)
{
    if (status.acceleration.isEmpty())
        return SettingsPage::tr("known while it runs");
    const QString name = status.acceleration == "tcg"_L1 ? SettingsPage::tr("software emulation")
                                                         : status.acceleration.toUpper();
    return status.accelerationReason.isEmpty() ? name
                                               : u"%1 (%2)"_s.arg(name, status.accelerationReason);
}

QString sizesText(int cpus, int memoryMiB)
{
    return SettingsPage::tr("%1 processors, %2 MiB memory").arg(cpus).arg(memoryMiB);
}

/// What it has, and what it gets when it starts again.
QString resourcesText(const core::SandboxSettings &settings)
{
    const QString now = SettingsPage::tr("%1, disks up to %2 GiB")
                            .arg(sizesText(settings.cpus, settings.memoryMiB))
                            .arg(settings.diskGiB);
    if (settings.nextCpus == 0 && settings.nextMemoryMiB == 0)
        return now;
    return SettingsPage::tr("%1; from the next start on %2")
        .arg(now,
            sizesText(settings.nextCpus > 0 ? settings.nextCpus : settings.cpus,
                settings.nextMemoryMiB > 0 ? settings.nextMemoryMiB : settings.memoryMiB));
}

} // namespace

SettingsPage::SettingsPage(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(u"settingsPage"_s);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(gapLarge);
    form->setVerticalSpacing(gap);
    form->setLabelAlignment(Qt::AlignLeft);
    m_folder = line(form, tr("Folder"), u"settingFolder"_s);
    m_agent = line(form, tr("Agent"), u"settingAgent"_s);
    m_network = line(form, tr("Network"), u"settingNetwork"_s);
    m_resources = line(form, tr("Machine"), u"settingResources"_s);
    m_acceleration = line(form, tr("Acceleration"), u"settingAcceleration"_s);
    m_docker = line(form, tr("Docker"), u"settingDocker"_s);
    m_secretFiles = line(form, tr(".env files and keys"), u"settingSecretFiles"_s);
    m_image = line(form, tr("Guest image"), u"settingImage"_s);
    m_id = line(form, tr("Identifier"), u"settingId"_s);
    m_notices = line(form, tr("Notices"), u"settingNotices"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->addLayout(form);
    layout->addStretch(1);
}

QLabel *SettingsPage::line(QFormLayout *form, const QString &label, const QString &name)
{
    auto *value = new QLabel(this);
    value->setObjectName(name);
    value->setAccessibleName(label);
    value->setTextFormat(Qt::PlainText);
    value->setWordWrap(true);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *caption = new QLabel(label, this);
    makeQuiet(caption);
    form->addRow(caption, value);
    return value;
}

void SettingsPage::show(const core::SandboxStatus &status, const QString &agentName)
{
    const core::SandboxSettings &settings = status.settings;
    m_folder->setText(settings.workspace);
    m_agent->setText(agentName);
    m_network->setText(describe(settings.network));
    m_resources->setText(resourcesText(settings));
    m_acceleration->setText(accelerationText(status));
    m_docker->setText(orDash(status.docker));
    m_secretFiles->setText(
        settings.allowSecretFiles ? tr("sent to the sandbox") : tr("left out of the sandbox"));
    m_image->setText(
        settings.image.isEmpty() ? tr("chosen at the first start") : settings.image.left(16));
    m_id->setText(settings.id.value);
    m_notices->setText(orDash(status.notices.join(u'\n')));
}

} // namespace ui
