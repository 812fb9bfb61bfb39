#include "ui/log/log_page.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int maxLines = 5000;

QString joined(const QJsonArray &lines)
{
    QStringList words;
    for (const QJsonValue line : lines)
        words.append(
            line.isObject() ? line.toObject().value("text"_L1).toString() : line.toString());
    return words.join(u'\n');
}

} // namespace

LogPage::LogPage(QWidget *parent)
    : QWidget(parent)
    , m_source(new QComboBox(this))
    , m_refresh(new QPushButton(tr("Refresh"), this))
    , m_text(new QPlainTextEdit(this))
{
    setObjectName(u"logPage"_s);
    m_source->setObjectName(u"logSource"_s);
    m_source->setAccessibleName(tr("Which log"));
    m_source->addItem(tr("Events"), u"log"_s);
    m_source->addItem(tr("Machine console"), u"console"_s);
    m_refresh->setObjectName(u"logRefresh"_s);
    auto *copy = new QPushButton(tr("Copy all"), this);
    copy->setObjectName(u"logCopy"_s);
    m_text->setObjectName(u"logText"_s);
    m_text->setAccessibleName(tr("Log"));
    m_text->setReadOnly(true);
    m_text->setMaximumBlockCount(maxLines);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setPlaceholderText(tr("Nothing yet. The log fills while the sandbox runs."));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    connect(m_refresh, &QPushButton::clicked, this, &LogPage::read);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_text->toPlainText());
    });
    connect(m_source, &QComboBox::currentIndexChanged, this, [this] { read(); });
    auto *tools = new QHBoxLayout;
    tools->addWidget(m_source);
    tools->addStretch(1);
    tools->addWidget(copy);
    tools->addWidget(m_refresh);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->addLayout(tools);
    layout->addWidget(m_text, 1);
    m_refresh->setEnabled(false);
}

void LogPage::attach(core::WardenClient *client)
{
    if (m_client == client)
        return;
    m_client = client;
    m_refresh->setEnabled(true);
    if (isVisible())
        read();
}

void LogPage::release()
{
    m_client = nullptr;
    m_refresh->setEnabled(false);
}

void LogPage::showText(const QString &text)
{
    put(text);
}

void LogPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    read();
}

void LogPage::read()
{
    if (!m_client)
        return;
    const bool console = m_source->currentData().toString() == "console"_L1;
    auto call =
        console ? m_client->call(u"console"_s) : m_client->call(u"log"_s, {{u"lines"_s, 500}});
    call.then(this, [this, console](const core::Result<QJsonObject> &answer) {
        if (answer)
            put(console ? answer->value("text"_L1).toString()
                        : joined(answer->value("lines"_L1).toArray()));
        else
            put(describe(answer.error()).title);
    });
}

void LogPage::put(const QString &text)
{
    m_text->setPlainText(text);
    m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
}

} // namespace ui
