#include "ui/preferences/preferences_dialog.h"

#include "core/config/config_file.h"
#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <variant>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int mostMinutes = 60 * 24 * 365;
constexpr int mostSnapshotGiB = 100'000;
constexpr int mostFloorGiB = 16'384;

/// "suspend.idle_minutes" → "suspend_idle_minutes", the name of its field.
QString fieldName(QLatin1StringView key)
{
    return QString(key).replace(u'.', u'_');
}

QLabel *quietLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    makeQuiet(label);
    return label;
}

} // namespace

PreferencesDialog::PreferencesDialog(QString configFile, QWidget *parent)
    : QDialog(parent)
    , m_file(std::move(configFile))
    , m_form(new QFormLayout)
    , m_refusal(quietLabel({}, this))
{
    setObjectName(u"preferences"_s);
    setWindowTitle(tr("Settings"));
    setWindowModality(Qt::WindowModal);
    m_refusal->setObjectName(u"preferencesRefusal"_s);
    QPalette colors = m_refusal->palette();
    colors.setColor(QPalette::WindowText, toneColor(Tone::Problem, colors));
    m_refusal->setPalette(colors);
    m_refusal->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_refusal->hide();
    m_form->setHorizontalSpacing(gapLarge);
    m_form->setVerticalSpacing(gapSmall);
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    buildQuitting();
    buildSuspending();
    buildSnapshots();
    buildDisk();
    auto *close = new QPushButton(tr("Close"), this);
    close->setObjectName(u"preferencesClose"_s);
    close->setAutoDefault(false); // Return ends the typing of a number
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto *foot = new QHBoxLayout;
    foot->addWidget(quietLabel(tr("Changes are kept at once."), this), 1);
    foot->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gapLarge);
    layout->addWidget(m_refusal);
    layout->addLayout(m_form);
    layout->addStretch(1);
    layout->addLayout(foot);
    setMinimumWidth(560);
    read();
}

void PreferencesDialog::buildQuitting()
{
    heading(tr("When you quit Paddock"));
    addChoice(u"desktop.on_quit"_s,
        tr("Running sandboxes"),
        {{u"leave"_s, tr("go on running")},
            {u"suspend"_s, tr("are suspended")},
            {u"stop"_s, tr("are stopped")}});
}

void PreferencesDialog::buildSuspending()
{
    heading(tr("Suspending"));
    addNumber(u"suspend.idle_minutes"_s,
        {.label = tr("When nothing happens in a sandbox for"),
            .unit = tr(" min"),
            .zero = tr("never"),
            .step = 10,
            .most = mostMinutes});
    addSwitch(u"suspend.on_shutdown"_s,
        tr("When this computer shuts down, suspend sandboxes instead of stopping them"));
    note(tr("A suspended sandbox goes on where it stood when you resume it. What happens when the "
            "computer shuts down is settled when a sandbox starts."));
}

void PreferencesDialog::buildSnapshots()
{
    heading(tr("Automatic snapshots"));
    addSwitch(u"snapshot.before_prompt"_s, tr("Take one before each prompt to the agent"));
    addNumber(u"snapshot.every_minutes"_s,
        {.label = tr("While something happens, take one every"),
            .unit = tr(" min"),
            .zero = tr("never"),
            .step = 10,
            .most = mostMinutes});
    addNumber(u"snapshot.budget_gib"_s,
        {.label = tr("Room for those of each sandbox"),
            .unit = tr(" GiB"),
            .zero = {},
            .most = mostSnapshotGiB});
    note(tr("Beyond that room, or 14 snapshots in all, the oldest of them go. Snapshots that you "
            "took stay, and so does the "
            "newest."));
}

void PreferencesDialog::buildDisk()
{
    heading(tr("This computer's disk"));
    addNumber(u"disk.floor_gib"_s,
        {.label = tr("Keep free"), .unit = tr(" GiB"), .zero = {}, .most = mostFloorGiB});
    note(tr("While less is free, sandboxes stand still and lose nothing. A change counts from a "
            "sandbox's next start on."));
}

void PreferencesDialog::heading(const QString &title)
{
    auto *label = new QLabel(title, this);
    QFont bold = label->font();
    bold.setWeight(QFont::DemiBold);
    label->setFont(bold);
    label->setContentsMargins(0, m_form->rowCount() > 0 ? gap : 0, 0, 0);
    m_form->addRow(label);
}

void PreferencesDialog::note(const QString &text)
{
    m_form->addRow(quietLabel(text, this));
}

void PreferencesDialog::addChoice(
    const QString &name, const QString &label, const QList<Choice> &choices)
{
    const core::ConfigKey *key = core::findConfigKey(name);
    auto *box = new QComboBox(this);
    for (const Choice &choice : choices)
        box->addItem(choice.text, choice.value);
    connect(box, &QComboBox::activated, this, [this, key, box] {
        keep(*key, box->currentData().toString());
    });
    const auto show = [box](const core::ConfigValue &value) {
        box->setCurrentIndex(box->findData(std::get<QString>(value)));
    };
    m_form->addRow(label, remember({key, box, show, nullptr}, label));
}

void PreferencesDialog::addNumber(const QString &name, const Number &number)
{
    const core::ConfigKey *key = core::findConfigKey(name);
    auto *box = new QSpinBox(this);
    box->setRange(0, number.most);
    box->setSingleStep(number.step);
    box->setSuffix(number.unit);
    box->setSpecialValueText(number.zero);
    box->setKeyboardTracking(false); // what is typed counts once it is complete
    connect(
        box, &QSpinBox::valueChanged, this, [this, key](int value) { keep(*key, qint64(value)); });
    const auto show = [box](const core::ConfigValue &value) {
        const QSignalBlocker quiet(box);
        box->setValue(int(std::get<qint64>(value)));
    };
    m_form->addRow(number.label, remember({key, box, show, nullptr}, number.label));
}

void PreferencesDialog::addSwitch(const QString &name, const QString &text)
{
    const core::ConfigKey *key = core::findConfigKey(name);
    auto *box = new QCheckBox(text, this);
    connect(box, &QCheckBox::clicked, this, [this, key](bool on) { keep(*key, on); });
    const auto show = [box](const core::ConfigValue &value) {
        box->setChecked(std::get<bool>(value));
    };
    m_form->addRow(remember({key, box, show, nullptr}, text));
}

QWidget *PreferencesDialog::remember(Field field, const QString &spoken)
{
    const QString name = fieldName(field.key->name);
    field.input->setObjectName(name);
    field.input->setAccessibleName(spoken);
    field.input->setToolTip(tr("%1 in config.toml").arg(field.key->name));
    auto *line = new QWidget(this);
    field.reset = new QToolButton(line);
    field.reset->setObjectName(name + u"_reset"_s);
    field.reset->setText(tr("Reset"));
    field.reset->setAutoRaise(true);
    field.reset->setAccessibleName(tr("Reset: %1").arg(spoken));
    const core::ConfigValue usual = field.key->get(core::Config());
    field.reset->setToolTip(tr("Back to the usual value"));
    connect(field.reset, &QToolButton::clicked, this, [this, field, usual] {
        field.input->setFocus();
        keep(*field.key, usual);
    });
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins({});
    layout->addWidget(field.input);
    layout->addWidget(field.reset);
    layout->addStretch(1);
    m_fields.append(field);
    return line;
}

void PreferencesDialog::read()
{
    const core::Result<core::Config> config = core::loadConfig(m_file);
    if (!config)
        refuse(config.error());
    for (const Field &field : std::as_const(m_fields)) {
        field.input->setEnabled(config.has_value());
        const core::ConfigValue usual = field.key->get(core::Config());
        const core::ConfigValue value = config ? field.key->get(*config) : usual;
        field.show(value);
        field.reset->setVisible(value != usual);
    }
}

void PreferencesDialog::keep(const core::ConfigKey &key, const core::ConfigValue &value)
{
    m_refusal->hide();
    if (const core::Result<> kept = core::storeSetting(m_file, key, value); !kept)
        refuse(kept.error());
    read();
}

void PreferencesDialog::refuse(const core::Error &error)
{
    const ErrorText text = describe(error);
    m_refusal->setText(u"%1: %2. %3"_s.arg(text.title, text.detail, text.nextStep));
    m_refusal->show();
}

} // namespace ui
