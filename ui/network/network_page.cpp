#include "ui/network/network_page.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

/// Lets rows through that hold the text, and only blocked ones if asked.
class LogFilter : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setBlockedOnly(bool only)
    {
        m_blockedOnly = only;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        if (m_blockedOnly && !index.data(ActivityModel::BlockedRole).toBool())
            return false;
        return QSortFilterProxyModel::filterAcceptsRow(row, parent);
    }

private:
    bool m_blockedOnly = false;
};

QTableView *table(
    QAbstractItemModel *model, const QString &name, const QString &spoken, QWidget *parent)
{
    auto *view = new QTableView(parent);
    view->setObjectName(name);
    view->setAccessibleName(spoken);
    view->setModel(model);
    view->setSelectionBehavior(QTableView::SelectRows);
    view->setSelectionMode(QTableView::SingleSelection);
    view->setShowGrid(false);
    view->setAlternatingRowColors(true);
    view->setWordWrap(false);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + 8);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view->horizontalHeader()->setStretchLastSection(true);
    return view;
}

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

} // namespace

NetworkPage::NetworkPage(
    core::Paths paths, core::SandboxSettings settings, core::Agent agent, QWidget *parent)
    : QWidget(parent)
    , m_paths(std::move(paths))
    , m_settings(std::move(settings))
    , m_agent(std::move(agent))
    , m_rules(new RulesModel(this))
    , m_activity(new ActivityModel(this))
    , m_shown(new LogFilter(this))
{
    setObjectName(u"networkPage"_s);
    m_shown->setSourceModel(m_activity);
    m_shown->setFilterRole(ActivityModel::SearchRole);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    auto *parts = new QSplitter(Qt::Vertical, this);
    parts->setObjectName(u"networkParts"_s);
    parts->setChildrenCollapsible(false);
    parts->addWidget(buildRules());
    parts->addWidget(buildLog());
    parts->setHandleWidth(gap);
    parts->setStretchFactor(0, 2);
    parts->setStretchFactor(1, 3);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(buildHead());
    layout->addWidget(parts, 1);
    readRules();
    updateButtons();
}

QWidget *NetworkPage::buildHead()
{
    auto *head = new QWidget(this);
    auto *mode = new QLabel(
        m_settings.network == core::NetworkMode::Locked
            ? tr("Locked: nothing but the rules below, and never your own network.")
            : tr("Only listed: the rules below and nothing else, and never your own network."),
        head);
    mode->setObjectName(u"networkMode"_s);
    m_testField = new QLineEdit(head);
    m_testField->setObjectName(u"testDestination"_s);
    m_testField->setPlaceholderText(tr("Test a destination, such as api.example.com:443"));
    m_testField->setAccessibleName(tr("Destination to test"));
    m_testField->setClearButtonEnabled(true);
    auto *button = new QPushButton(tr("Test"), head);
    button->setObjectName(u"testButton"_s);
    m_testAnswer = new QLabel(head);
    m_testAnswer->setObjectName(u"testAnswer"_s);
    m_testAnswer->setTextFormat(Qt::PlainText);
    m_testAnswer->setWordWrap(true);
    m_testAnswer->hide();
    connect(button, &QPushButton::clicked, this, &NetworkPage::test);
    connect(m_testField, &QLineEdit::returnPressed, this, &NetworkPage::test);
    auto *line = new QHBoxLayout;
    line->addWidget(m_testField, 1);
    line->addWidget(button);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins({});
    layout->addWidget(mode);
    layout->addLayout(line);
    layout->addWidget(m_testAnswer);
    return head;
}

QWidget *NetworkPage::buildRules()
{
    auto *part = new QWidget(this);
    m_ruleView = table(m_rules, u"rules"_s, tr("Rules in force"), part);
    m_ruleView->setColumnWidth(RulesModel::Decision, 90);
    m_ruleView->setColumnWidth(RulesModel::Destination, 380);
    m_ruleField = new QLineEdit(part);
    m_ruleField->setObjectName(u"ruleField"_s);
    m_ruleField->setPlaceholderText(
        tr("Host for a new rule, such as *.example.org or example.org:8443"));
    m_ruleField->setAccessibleName(tr("Host for a new rule"));
    m_allow = new QPushButton(tr("Allow"), part);
    m_allow->setObjectName(u"ruleAllow"_s);
    m_block = new QPushButton(tr("Block"), part);
    m_block->setObjectName(u"ruleBlock"_s);
    m_remove = new QPushButton(tr("Remove rule"), part);
    m_remove->setObjectName(u"ruleRemove"_s);
    m_remove->setToolTip(
        tr("Rules of presets and rules for all sandboxes cannot be removed here."));
    m_ruleNote = new QLabel(part);
    m_ruleNote->setObjectName(u"ruleNote"_s);
    m_ruleNote->setTextFormat(Qt::PlainText);
    m_ruleNote->setWordWrap(true);
    m_ruleNote->hide();
    connect(m_allow, &QPushButton::clicked, this, [this] { addRule(u"allow"_s); });
    connect(m_block, &QPushButton::clicked, this, [this] { addRule(u"deny"_s); });
    connect(m_remove, &QPushButton::clicked, this, &NetworkPage::removeRule);
    connect(m_ruleField, &QLineEdit::textChanged, this, &NetworkPage::updateButtons);
    connect(m_ruleView->selectionModel(),
        &QItemSelectionModel::selectionChanged,
        this,
        &NetworkPage::updateButtons);
    connect(m_rules, &QAbstractItemModel::modelReset, this, &NetworkPage::updateButtons);
    auto *tools = new QHBoxLayout;
    tools->addWidget(m_ruleField, 1);
    tools->addWidget(m_allow);
    tools->addWidget(m_block);
    tools->addSpacing(gap);
    tools->addWidget(m_remove);
    auto *layout = new QVBoxLayout(part);
    layout->setContentsMargins({});
    layout->addWidget(heading(tr("Rules"), part));
    layout->addWidget(m_ruleView, 1);
    layout->addWidget(m_ruleNote);
    layout->addLayout(tools);
    return part;
}

QWidget *NetworkPage::buildLog()
{
    auto *part = new QWidget(this);
    m_logView = table(m_shown, u"connections"_s, tr("Connections"), part);
    m_logView->setColumnWidth(ActivityModel::Time, 75);
    m_logView->setColumnWidth(ActivityModel::Verdict, 80);
    m_logView->setColumnWidth(ActivityModel::Destination, 190);
    m_logView->setColumnWidth(ActivityModel::Request, 150);
    m_logView->setColumnWidth(ActivityModel::Bytes, 75);
    connect(m_logView->selectionModel(),
        &QItemSelectionModel::selectionChanged,
        this,
        &NetworkPage::updateButtons);
    auto *layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, gapSmall, 0, 0);
    layout->addLayout(buildLogTools());
    layout->addWidget(m_logView, 1);
    return part;
}

QLayout *NetworkPage::buildLogTools()
{
    m_filterField = new QLineEdit(this);
    m_filterField->setObjectName(u"logFilter"_s);
    m_filterField->setPlaceholderText(tr("Filter"));
    m_filterField->setAccessibleName(tr("Filter connections"));
    m_filterField->setClearButtonEnabled(true);
    m_filterField->setMaximumWidth(220);
    m_blockedOnly = new QToolButton(this);
    m_blockedOnly->setObjectName(u"blockedOnly"_s);
    m_blockedOnly->setText(tr("Blocked only"));
    m_blockedOnly->setCheckable(true);
    auto *pause = new QToolButton(this);
    pause->setObjectName(u"pauseLog"_s);
    pause->setText(tr("Pause"));
    pause->setCheckable(true);
    m_allowSelected = new QPushButton(tr("Allow this host"), this);
    m_allowSelected->setObjectName(u"allowSelected"_s);
    auto *copy = new QToolButton(this);
    copy->setObjectName(u"copyConnection"_s);
    copy->setText(tr("Copy"));
    connect(copy, &QToolButton::clicked, this, &NetworkPage::copySelected);
    connect(m_filterField, &QLineEdit::textChanged, this, &NetworkPage::filter);
    connect(m_blockedOnly, &QToolButton::toggled, this, &NetworkPage::filter);
    connect(pause, &QToolButton::toggled, m_activity, &ActivityModel::setPaused);
    connect(m_allowSelected, &QPushButton::clicked, this, &NetworkPage::allowSelected);
    auto *tools = new QHBoxLayout;
    tools->addWidget(heading(tr("Connections"), this));
    tools->addStretch(1);
    for (QWidget *widget : std::initializer_list<QWidget *>{
             m_filterField, m_blockedOnly, pause, copy, m_allowSelected})
        tools->addWidget(widget);
    return tools;
}

void NetworkPage::attach(core::WardenClient *client)
{
    if (m_client == client)
        return;
    m_client = client;
    connect(client,
        &core::WardenClient::notified,
        this,
        [this](const QString &topic, const QJsonObject &parameters) {
            if (topic == "connection"_L1)
                m_activity->append(core::connectionFromJson(parameters));
        });
    client->subscribe({u"connections"_s});
    client->call(u"connections"_s, {{u"limit"_s, 1000}})
        .then(this, [this](const core::Result<QJsonObject> &answer) {
            if (!answer)
                return;
            QList<core::ConnectionRecord> records;
            for (const QJsonValue record : answer->value("records"_L1).toArray())
                records.append(core::connectionFromJson(record.toObject()));
            m_activity->reset(records);
        });
    readRules();
}

void NetworkPage::release()
{
    if (m_client)
        m_client->disconnect(this);
    m_client = nullptr;
}

void NetworkPage::readRules()
{
    const auto rules = core::rulesInForce(m_paths, m_settings, m_agent);
    m_ruleNote->setVisible(!rules);
    if (rules)
        m_rules->show(*rules);
    else
        m_ruleNote->setText(tr("The policy has an error; the last good one stays in force. %1")
                .arg(rules.error().detail));
}

void NetworkPage::addRule(const QString &verb)
{
    const QString target = m_ruleField->text().trimmed();
    edit(core::addPolicyRule(core::sandboxPolicyFile(m_paths, m_settings.id), verb + u' ' + target),
        tr("%1 %2 is in force.").arg(verb, target));
}

void NetworkPage::removeRule()
{
    const QModelIndexList rows = m_ruleView->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return;
    const core::ListedRule &rule = m_rules->at(rows.first().row());
    edit(core::removePolicyRule(
             core::sandboxPolicyFile(m_paths, m_settings.id), rule.verb + u' ' + rule.target),
        tr("The rule is removed."));
}

void NetworkPage::allowSelected()
{
    const QModelIndexList rows = m_logView->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return;
    const QString rule = allowingRule(m_activity->at(m_shown->mapToSource(rows.first()).row()));
    edit(core::addPolicyRule(core::sandboxPolicyFile(m_paths, m_settings.id), rule),
        tr("%1 is in force.").arg(rule));
}

void NetworkPage::edit(core::Result<int> changed, const QString &done)
{
    if (!changed) {
        m_ruleNote->setText(tr("Not saved: %1").arg(changed.error().detail));
        m_ruleNote->show();
        return;
    }
    m_ruleField->clear();
    readRules();
    m_ruleNote->setText(*changed == 0 ? tr("This was so already.") : done);
    m_ruleNote->show();
    if (!m_client || *changed == 0)
        return;
    m_client->call(u"policy.reload"_s).then(this, [this](const core::Result<QJsonObject> &answer) {
        if (!answer)
            emit failed(answer.error());
    });
}

void NetworkPage::test()
{
    const QString destination = m_testField->text().trimmed();
    if (destination.isEmpty())
        return;
    const auto check = core::checkDestination(m_paths, m_settings, m_agent, destination);
    m_testAnswer->setText(check ? QString() : check.error().detail);
    m_testAnswer->show();
    if (check)
        say(*check);
}

void NetworkPage::say(const core::DestinationCheck &check)
{
    m_testAnswer->setText(u"%1. %2"_s.arg(describeVerdict(check.verdict), check.sentence));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText,
        toneColor(check.verdict == "allow"_L1 ? Tone::Good : Tone::Problem, colors));
    m_testAnswer->setPalette(colors);
}

void NetworkPage::updateButtons()
{
    const bool hasText = !m_ruleField->text().trimmed().isEmpty();
    m_allow->setEnabled(hasText);
    m_block->setEnabled(hasText);
    const QModelIndexList rules = m_ruleView->selectionModel()->selectedRows();
    m_remove->setEnabled(
        !rules.isEmpty() && m_rules->at(rules.first().row()).source == "sandbox"_L1);
    if (!m_logView)
        return;
    const QModelIndexList rows = m_logView->selectionModel()->selectedRows();
    m_allowSelected->setEnabled(
        !rows.isEmpty() && rows.first().data(ActivityModel::BlockedRole).toBool());
}

void NetworkPage::copySelected()
{
    QStringList words;
    for (const QModelIndex &row : m_logView->selectionModel()->selectedRows()) {
        for (int column = 0; column < ActivityModel::ColumnCount; ++column)
            words.append(row.siblingAtColumn(column).data().toString());
    }
    if (!words.isEmpty())
        QApplication::clipboard()->setText(words.join(u'\t'));
}

void NetworkPage::filter()
{
    static_cast<LogFilter *>(m_shown)->setBlockedOnly(m_blockedOnly->isChecked());
    m_shown->setFilterFixedString(m_filterField->text());
}

} // namespace ui
