#include "ui/credentials/credentials_dialog.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

CredentialsDialog::CredentialsDialog(Services services, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
    , m_names(new QListWidget(this))
    , m_service(new QComboBox(this))
    , m_value(new QLineEdit(this))
    , m_save(new QPushButton(tr("Save in the keychain"), this))
    , m_remove(new QPushButton(tr("Remove"), this))
    , m_note(new QLabel(this))
{
    setObjectName(u"credentialsDialog"_s);
    setWindowTitle(tr("Keys"));
    setWindowModality(Qt::WindowModal);
    auto *about = new QLabel(tr("Keys stay in your keychain. They are added to requests on this "
                                "computer; a sandbox sees only a placeholder."),
        this);
    about->setObjectName(u"credentialsAbout"_s);
    about->setWordWrap(true);
    makeQuiet(about);
    m_names->setObjectName(u"credentialNames"_s);
    m_names->setAccessibleName(tr("Keys in your keychain"));
    m_remove->setObjectName(u"credentialRemove"_s);
    m_remove->setAutoDefault(false);
    m_note->setObjectName(u"credentialNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    auto *close = new QPushButton(tr("Close"), this);
    close->setObjectName(u"credentialsClose"_s);
    close->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_remove, &QPushButton::clicked, this, &CredentialsDialog::remove);
    connect(m_names, &QListWidget::itemSelectionChanged, this, [this] {
        m_remove->setEnabled(!m_names->selectedItems().isEmpty());
    });
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_remove);
    foot->addStretch(1);
    foot->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    layout->addWidget(about);
    layout->addWidget(m_names, 1);
    layout->addLayout(buildEntry());
    layout->addWidget(m_note);
    layout->addLayout(foot);
    resize(480, 420);
    readNames();
}

QLayout *CredentialsDialog::buildEntry()
{
    m_service->setObjectName(u"credentialService"_s);
    m_service->setAccessibleName(tr("Service"));
    for (const core::Agent &agent : m_services.agents.all()) {
        for (const core::CredentialBinding &binding : agent.credentials) {
            if (m_service->findData(binding.service) < 0)
                m_service->addItem(
                    u"%1 (%2)"_s.arg(binding.service, binding.hosts.value(0)), binding.service);
        }
    }
    m_value->setObjectName(u"credentialValue"_s);
    m_value->setAccessibleName(tr("Key"));
    m_value->setEchoMode(QLineEdit::Password);
    m_save->setObjectName(u"credentialSave"_s);
    m_save->setEnabled(false);
    connect(m_value, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_save->setEnabled(!text.trimmed().isEmpty());
    });
    connect(m_save, &QPushButton::clicked, this, &CredentialsDialog::save);
    auto *line = new QHBoxLayout;
    line->addWidget(m_value, 1);
    line->addWidget(m_save);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Service"), m_service);
    form->addRow(tr("Key"), line);
    return form;
}

void CredentialsDialog::setService(const QString &service)
{
    m_service->setCurrentIndex(qMax(0, m_service->findData(service)));
    m_value->setFocus();
}

void CredentialsDialog::readNames()
{
    m_names->clear();
    m_names->addItems(m_services.secrets.services());
    m_remove->setEnabled(false);
}

void CredentialsDialog::save()
{
    const QString service = m_service->currentData().toString();
    say(tr("Waiting for your keychain…"), true);
    m_save->setEnabled(false);
    m_services.secrets.write(service, m_value->text().trimmed().toUtf8())
        .then(this, [this, service](const core::Result<> &result) {
            if (result)
                m_value->clear();
            m_save->setEnabled(!m_value->text().isEmpty());
            report(result, tr("The key for %1 is in your keychain.").arg(service));
        });
}

void CredentialsDialog::remove()
{
    const QList<QListWidgetItem *> selected = m_names->selectedItems();
    if (selected.isEmpty())
        return;
    const QString service = selected.first()->text();
    m_services.secrets.remove(service).then(this, [this, service](const core::Result<> &result) {
        report(result, tr("The key for %1 is removed.").arg(service));
    });
}

void CredentialsDialog::report(const core::Result<> &result, const QString &done)
{
    if (result) {
        say(done, true);
        readNames();
        emit changed();
        return;
    }
    const ErrorText text = describe(result.error());
    say(u"%1. %2"_s.arg(text.title, text.nextStep), false);
}

void CredentialsDialog::say(const QString &text, bool good)
{
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, toneColor(good ? Tone::Neutral : Tone::Problem, colors));
    m_note->setPalette(colors);
    m_note->setText(text);
}

} // namespace ui
