#include "ui/launch/launch_sheet.h"

#include "ui/launch/emulation_consent.h"
#include "ui/launch/template_note.h"
#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QThread>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int maxCpus = 64;
constexpr int maxMemoryGiB = 256;
constexpr int maxDiskGiB = 2000;
constexpr int mibPerGib = 1024;

QLabel *noteLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    makeQuiet(label);
    return label;
}

void setTone(QLabel *label, Tone tone)
{
    QPalette colors = label->palette();
    colors.setColor(QPalette::WindowText, toneColor(tone, colors));
    label->setPalette(colors);
}

QSpinBox *spin(const QString &name, const QString &spoken, int maximum, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(spoken);
    box->setRange(1, maximum);
    return box;
}

} // namespace

LaunchSheet::LaunchSheet(Services services, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
{
    setObjectName(u"launchSheet"_s);
    setWindowTitle(tr("New sandbox"));
    setWindowModality(Qt::WindowModal);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(gapLarge);
    form->setVerticalSpacing(gap);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    buildFolder(form);
    buildAgents(form);
    buildNetwork(form);
    buildMachine(form);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    layout->addLayout(form);
    layout->addWidget(buildFoot());
    layout->addStretch(1);
    layout->addLayout(buildButtons());
    setMinimumWidth(620);
    update();
}

void LaunchSheet::buildFolder(QFormLayout *form)
{
    m_folder = new QLineEdit(this);
    m_folder->setObjectName(u"sheetFolder"_s);
    m_folder->setAccessibleName(tr("Folder"));
    m_folder->setPlaceholderText(tr("The project the agent is to work on"));
    auto *choose = new QPushButton(tr("Choose…"), this);
    choose->setObjectName(u"sheetChoose"_s);
    choose->setAutoDefault(false);
    m_folderNote = noteLabel(u"sheetFolderNote"_s, this);
    connect(choose, &QPushButton::clicked, this, &LaunchSheet::chooseFolder);
    connect(m_folder, &QLineEdit::textChanged, this, [this] {
        m_note.clear();
        update();
    });
    auto *line = new QHBoxLayout;
    line->addWidget(m_folder, 1);
    line->addWidget(choose);
    auto *column = new QVBoxLayout;
    column->setSpacing(gapSmall);
    column->addLayout(line);
    column->addWidget(m_folderNote);
    form->addRow(tr("Folder"), column);
}

void LaunchSheet::buildAgents(QFormLayout *form)
{
    m_agents = new QButtonGroup(this);
    auto *line = new QHBoxLayout;
    line->setSpacing(gapLarge);
    for (const core::Agent &agent : m_services.agents.all()) {
        auto *button = new QRadioButton(agent.name, this);
        button->setObjectName(u"agent_"_s + agent.id);
        button->setProperty("agent", agent.id);
        m_agents->addButton(button);
        line->addWidget(button);
    }
    line->addStretch(1);
    m_key = noteLabel(u"sheetKey"_s, this);
    m_addKey = new QPushButton(tr("Add key…"), this);
    m_addKey->setObjectName(u"sheetAddKey"_s);
    m_addKey->setAutoDefault(false);
    connect(m_addKey, &QPushButton::clicked, this, [this] { emit keyAsked(missingKey()); });
    auto *keyLine = new QHBoxLayout;
    keyLine->addWidget(m_key, 1);
    keyLine->addWidget(m_addKey);
    auto *column = new QVBoxLayout;
    column->setSpacing(gapSmall);
    column->addLayout(line);
    column->addLayout(keyLine);
    form->addRow(tr("Agent"), column);
    setAgent(u"claude"_s);
    connect(m_agents, &QButtonGroup::buttonToggled, this, &LaunchSheet::update);
}

void LaunchSheet::buildNetwork(QFormLayout *form)
{
    m_network = new QButtonGroup(this);
    auto *line = new QHBoxLayout;
    line->setSpacing(gapLarge);
    for (const core::NetworkMode mode : {core::NetworkMode::Listed, core::NetworkMode::Locked}) {
        auto *button = new QRadioButton(describe(mode), this);
        button->setObjectName(u"network_"_s + core::toString(mode));
        button->setChecked(mode == core::NetworkMode::Listed);
        m_network->addButton(button, int(mode));
        line->addWidget(button);
    }
    line->addStretch(1);
    m_networkNote = noteLabel(u"sheetNetworkNote"_s, this);
    connect(m_network, &QButtonGroup::idToggled, this, &LaunchSheet::update);
    auto *column = new QVBoxLayout;
    column->setSpacing(gapSmall);
    column->addLayout(line);
    column->addWidget(m_networkNote);
    form->addRow(tr("Network"), column);
}

void LaunchSheet::buildMachine(QFormLayout *form)
{
    const LaunchForm defaults;
    m_cpus = spin(u"sheetCpus"_s, tr("Processors"), maxCpus, this);
    m_cpus->setValue(defaults.cpus);
    m_memory = spin(u"sheetMemory"_s, tr("Memory"), maxMemoryGiB, this);
    m_memory->setSuffix(tr(" GiB"));
    m_memory->setValue(defaults.memoryMiB / mibPerGib);
    m_disk = spin(u"sheetDisk"_s, tr("Largest disk size"), maxDiskGiB, this);
    m_disk->setSuffix(tr(" GiB"));
    m_disk->setValue(defaults.diskGiB);
    auto *line = new QHBoxLayout;
    line->setSpacing(gapSmall);
    const auto field = [this, line](const QString &text, QSpinBox *box) {
        auto *label = new QLabel(text, this);
        label->setBuddy(box);
        line->addWidget(label);
        line->addWidget(box);
        line->addSpacing(gap);
        connect(box, &QSpinBox::valueChanged, this, &LaunchSheet::update);
    };
    field(tr("Processors"), m_cpus);
    field(tr("Memory"), m_memory);
    field(tr("Disk up to"), m_disk);
    line->addStretch(1);
    form->addRow(tr("Machine"), line);
    m_name = new QLineEdit(this);
    m_name->setObjectName(u"sheetName"_s);
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(40);
    connect(m_name, &QLineEdit::textChanged, this, &LaunchSheet::update);
    form->addRow(tr("Name"), m_name);
}

QWidget *LaunchSheet::buildFoot()
{
    auto *foot = new QWidget(this);
    m_secretFiles = new QCheckBox(foot);
    m_secretFiles->setObjectName(u"sheetSecretFiles"_s);
    connect(m_secretFiles, &QCheckBox::toggled, this, &LaunchSheet::update);
    m_emulation = new EmulationConsent(m_services.sandboxes.paths(), foot);
    connect(m_emulation, &EmulationConsent::changed, this, &LaunchSheet::update);
    m_template = new TemplateNote(m_services.sandboxes.paths(), foot);
    m_refusal = noteLabel(u"sheetRefusal"_s, foot);
    m_refusal->hide();
    auto *label = new QLabel(tr("Same as"), foot);
    makeQuiet(label);
    m_command = new QLineEdit(foot);
    m_command->setObjectName(u"sheetCommand"_s);
    m_command->setAccessibleName(tr("The same as a command"));
    m_command->setReadOnly(true);
    auto *copy = new QPushButton(tr("Copy"), foot);
    copy->setObjectName(u"sheetCopy"_s);
    copy->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_command->text());
    });
    auto *line = new QHBoxLayout;
    line->addWidget(label);
    line->addWidget(m_command, 1);
    line->addWidget(copy);
    auto *layout = new QVBoxLayout(foot);
    layout->setContentsMargins({});
    layout->addWidget(m_secretFiles);
    layout->addWidget(m_emulation);
    layout->addWidget(m_template);
    layout->addLayout(line);
    layout->addWidget(m_refusal);
    return foot;
}

QLayout *LaunchSheet::buildButtons()
{
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(u"sheetCancel"_s);
    cancel->setAutoDefault(false);
    m_create = new QPushButton(tr("Create && start"), this);
    m_create->setObjectName(u"sheetCreate"_s);
    m_create->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_create, &QPushButton::clicked, this, [this] { emit wanted(form()); });
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_create);
    return buttons;
}

void LaunchSheet::setFolder(const QString &folder, const QString &note)
{
    m_folder->setText(folder);
    m_note = note;
    update();
}

void LaunchSheet::setAgent(const QString &id)
{
    for (QAbstractButton *button : m_agents->buttons())
        button->setChecked(button->property("agent").toString() == id);
    if (!m_agents->checkedButton() && !m_agents->buttons().isEmpty())
        m_agents->buttons().first()->setChecked(true);
}

LaunchForm LaunchSheet::form() const
{
    LaunchForm form;
    form.folder = m_checked;
    form.agent = m_agents->checkedButton() ? m_agents->checkedButton()->property("agent").toString()
                                           : QString();
    form.name = m_name->text().trimmed();
    form.network = core::NetworkMode(m_network->checkedId());
    form.cpus = m_cpus->value();
    form.memoryMiB = m_memory->value() * mibPerGib;
    form.diskGiB = m_disk->value();
    form.allowSecretFiles = m_secretFiles->isChecked();
    form.acceptEmulation = m_emulation->isGiven();
    return form;
}

void LaunchSheet::refuse(const core::Error &error)
{
    const ErrorText text = describe(error);
    m_refusal->setText(text.detail.isEmpty()
                           ? u"%1. %2"_s.arg(text.title, text.nextStep)
                           : u"%1: %2. %3"_s.arg(text.title, text.detail, text.nextStep));
    setTone(m_refusal, Tone::Problem);
    m_refusal->show();
}

void LaunchSheet::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Choose a folder"), m_folder->text());
    dialog->setObjectName(u"sheetFolderDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        setFolder(folder);
    });
    dialog->open();
}

void LaunchSheet::update()
{
    if (!m_create)
        return;
    m_refusal->hide();
    updateFolder();
    updateKey();
    m_networkNote->setText(
        m_network->checkedId() == int(core::NetworkMode::Locked)
            ? tr("Nothing is reachable, not even the model, until you add rules.")
            : tr("The agent's model, package registries, documentation and reading from GitHub; "
                 "nothing else."));
    m_create->setEnabled(
        !m_checked.isEmpty() && m_agents->checkedButton() && !m_emulation->isMissing());
    m_command->setText(m_checked.isEmpty() ? QString() : commandLine(form()));
    m_command->setCursorPosition(0);
    m_template->look(form());
}

void LaunchSheet::updateFolder()
{
    const QString typed = m_folder->text().trimmed();
    m_checked.clear();
    m_name->setPlaceholderText(tr("made of the folder's name"));
    if (typed.isEmpty()) {
        m_folderNote->setText(tr(
            "The folder appears in the sandbox at the same path and is kept equal on both sides."));
        setTone(m_folderNote, Tone::Neutral);
        m_secretFiles->hide();
        return;
    }
    const core::Result<QString> folder =
        core::checkedWorkspace(typed, m_services.sandboxes.paths());
    if (folder) {
        m_checked = *folder;
        QStringList taken;
        for (const core::SandboxStatus &status : m_services.sandboxes.all())
            taken.append(status.settings.name);
        m_name->setPlaceholderText(core::proposedName(m_checked, taken));
    }
    m_folderNote->setText(
        folder
            ? (m_note.isEmpty() ? tr("Kept equal on both sides; old versions are kept.") : m_note)
            : folder.error().detail);
    setTone(m_folderNote, folder ? Tone::Neutral : Tone::Problem);
    const QStringList secrets = secretFilesIn(m_checked);
    m_secretFiles->setVisible(!secrets.isEmpty());
    m_secretFiles->setText(
        tr("Send %1 to the sandbox too (left out otherwise)").arg(secrets.join(u", "_s)));
    if (secrets.isEmpty() && m_secretFiles->isChecked())
        m_secretFiles->setChecked(false);
}

QString LaunchSheet::missingKey() const
{
    const core::Result<core::Agent> agent = m_services.agents.find(form().agent);
    if (!agent || agent->credentials.isEmpty())
        return {};
    const QStringList known = m_services.secrets.services();
    for (const core::CredentialBinding &binding : agent->credentials) {
        if (known.contains(binding.service))
            return {};
    }
    return agent->credentials.first().service;
}

void LaunchSheet::updateKey()
{
    const core::Result<core::Agent> agent = m_services.agents.find(form().agent);
    const bool needsKey = agent && !agent->credentials.isEmpty();
    const QString missing = missingKey();
    m_addKey->setVisible(!missing.isEmpty());
    m_addKey->setProperty("service", missing);
    if (!needsKey)
        m_key->setText(tr("Needs no key."));
    else if (missing.isEmpty())
        m_key->setText(
            tr("✓ The key in your keychain is added on this computer; the sandbox never sees it."));
    else
        m_key->setText(
            tr("No key for %1 yet. The agent can start, but not reach its model.").arg(missing));
}

} // namespace ui
