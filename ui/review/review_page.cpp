#include "ui/review/review_page.h"

#include "core/client/patch.h"
#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QDateTime>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int patienceMs = 300'000; // a large folder, emulated

QString changeText(const QString &change)
{
    if (change == "created"_L1)
        return ReviewPage::tr("New");
    if (change == "deleted"_L1)
        return ReviewPage::tr("Deleted");
    if (change == "replaced"_L1)
        return ReviewPage::tr("Replaced");
    return ReviewPage::tr("Changed");
}

QString countText(qint64 all, qint64 conflicts)
{
    if (all == 0)
        return ReviewPage::tr("No changes");
    const QString changes = all == 1 ? ReviewPage::tr("1 change")
                                     : ReviewPage::tr("%1 changes").arg(QLocale().toString(all));
    return conflicts > 0 ? ReviewPage::tr("%1, %2 of them also changed in your folder")
                               .arg(changes, QLocale().toString(conflicts))
                         : changes;
}

} // namespace

ReviewPage::ReviewPage(const core::SandboxSettings &fork, QWidget *parent)
    : QWidget(parent)
    , m_fork(fork)
{
    setObjectName(u"reviewPage"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(buildHead());
    layout->addWidget(buildLists(), 1);
    showButtons();
}

QWidget *ReviewPage::buildHead()
{
    auto *head = new QWidget(this);
    m_state = new QLabel(tr("Changes of this fork"), head);
    m_state->setObjectName(u"reviewState"_s);
    m_state->setTextFormat(Qt::PlainText);
    makeHeading(m_state);
    m_where = new QLabel(head);
    m_where->setObjectName(u"reviewWhere"_s);
    m_where->setTextFormat(Qt::PlainText);
    m_where->setWordWrap(true);
    makeQuiet(m_where);
    if (m_fork.origin)
        m_where->setText(tr(
            "Forked from %1 on %2. It works on a copy of %3 of its own; your folder changes only "
            "by what you bring over, and old versions are kept.")
                .arg(m_fork.origin->name,
                    QLocale().toString(QDateTime::fromMSecsSinceEpoch(m_fork.origin->forkedMs),
                        QLocale::ShortFormat),
                    shortPath(m_fork.workspace)));
    m_refresh = new QPushButton(tr("Compare again"), head);
    m_refresh->setObjectName(u"reviewRefresh"_s);
    m_accept = new QPushButton(tr("Bring over"), head);
    m_accept->setObjectName(u"reviewAccept"_s);
    m_accept->setToolTip(tr("Puts the ticked changes into your folder"));
    connect(m_refresh, &QPushButton::clicked, this, &ReviewPage::read);
    connect(m_accept, &QPushButton::clicked, this, &ReviewPage::accept);
    auto *line = new QHBoxLayout;
    line->addWidget(m_state, 1);
    line->addWidget(m_refresh);
    line->addWidget(m_accept);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins({});
    layout->addLayout(line);
    layout->addWidget(m_where);
    return head;
}

QWidget *ReviewPage::buildLists()
{
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    m_list = new QTreeWidget(splitter);
    m_list->setObjectName(u"reviewItems"_s);
    m_list->setAccessibleName(tr("Files that the fork changed"));
    m_list->setColumnCount(2);
    m_list->setHeaderLabels({tr("File"), tr("What happened")});
    m_list->setRootIsDecorated(false);
    m_list->setTabKeyNavigation(false);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_list->setTextElideMode(Qt::ElideMiddle); // the name of a file says more than its folder
    const int character = fontMetrics().averageCharWidth();
    m_list->header()->setMinimumSectionSize(character * 24);
    m_list->setMinimumWidth(character * 64);
    m_patch = new QPlainTextEdit(splitter);
    m_patch->setObjectName(u"reviewPatch"_s);
    m_patch->setAccessibleName(tr("The change, line by line"));
    m_patch->setReadOnly(true);
    m_patch->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_patch->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_patch->setTabChangesFocus(true);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &ReviewPage::showPatch);
    connect(m_list, &QTreeWidget::itemChanged, this, &ReviewPage::showButtons);
    return splitter;
}

void ReviewPage::attach(core::WardenClient *client)
{
    m_client = client;
    showButtons();
}

void ReviewPage::release()
{
    m_client = nullptr;
    m_served = false;
    showButtons();
}

void ReviewPage::show(const core::SandboxStatus &status)
{
    const bool served = m_client && status.state == core::SandboxState::Running;
    if (std::exchange(m_served, served) == served)
        return;
    if (served)
        read();
    showButtons();
}

void ReviewPage::read()
{
    if (!m_client || m_busy)
        return;
    m_busy = true;
    showButtons();
    m_client->call(
                u"sync.review"_s, {{u"paths"_s, QJsonArray()}, {u"contents"_s, true}}, patienceMs)
        .then(this, [this](const core::Result<QJsonObject> &review) {
            m_busy = false;
            if (review)
                take(*review);
            else
                emit failed(review.error());
            showButtons();
        });
}

void ReviewPage::take(const QJsonObject &review)
{
    fill(review);
    auto *maker = new core::PatchMaker(m_fork.workspace, review);
    maker->setParent(this);
    maker->run().then(this, [this, maker](const core::Result<QList<core::Patch>> &patches) {
        maker->deleteLater();
        if (!patches)
            return;
        m_patches.clear();
        for (const core::Patch &patch : *patches)
            m_patches.insert(patch.item.value("path"_L1).toString(), patch.text);
        showPatch();
    });
}

void ReviewPage::fill(const QJsonObject &review)
{
    const QString current = m_list->currentItem() ? m_list->currentItem()->text(0) : QString();
    m_list->clear();
    m_patches.clear();
    qint64 conflicts = 0;
    for (const QJsonValue value : review.value("items"_L1).toArray()) {
        addItem(value.toObject());
        conflicts += value["conflict"_L1].toBool() ? 1 : 0;
    }
    m_state->setText(countText(review.value("count"_L1).toInteger(), conflicts));
    const auto again = m_list->findItems(current, Qt::MatchExactly);
    m_list->setCurrentItem(again.isEmpty() ? m_list->topLevelItem(0) : again.first());
    showPatch();
}

void ReviewPage::addItem(const QJsonObject &change)
{
    const bool conflict = change.value("conflict"_L1).toBool();
    const QString what = changeText(change.value("change"_L1).toString());
    auto *item = new QTreeWidgetItem(m_list,
        {change.value("path"_L1).toString(),
            conflict ? tr("%1 · changed in your folder too").arg(what) : what});
    item->setCheckState(0, conflict ? Qt::Unchecked : Qt::Checked);
    if (!conflict)
        return;
    item->setFlags(item->flags() & ~Qt::ItemIsUserCheckable);
    item->setForeground(1, toneColor(Tone::Attention, palette()));
    item->setToolTip(1, tr("It is not brought over, so that nothing of yours is lost"));
}

QStringList ReviewPage::chosen() const
{
    QStringList paths;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row)
        if (m_list->topLevelItem(row)->checkState(0) == Qt::Checked)
            paths.append(m_list->topLevelItem(row)->text(0));
    return paths;
}

void ReviewPage::accept()
{
    const QStringList paths = chosen();
    if (!m_client || m_busy || paths.isEmpty())
        return;
    m_busy = true;
    showButtons();
    m_client
        ->call(u"sync.accept"_s,
            {{u"paths"_s, QJsonArray::fromStringList(paths)}, {u"skipConflicts"_s, true}},
            patienceMs)
        .then(this, [this](const core::Result<QJsonObject> &answer) {
            m_busy = false;
            const auto failures = answer ? answer->value("failed"_L1).toArray() : QJsonArray();
            if (!answer)
                emit failed(answer.error());
            else if (!failures.isEmpty())
                emit failed({core::Error::Kind::Failed,
                    tr("%1 was not brought over: %2")
                        .arg(failures.first()["path"_L1].toString(),
                            failures.first()["reason"_L1].toString())});
            read();
        });
}

void ReviewPage::showPatch()
{
    const QTreeWidgetItem *item = m_list->currentItem();
    m_patch->setPlainText(item ? m_patches.value(item->text(0)) : QString());
}

void ReviewPage::showButtons()
{
    const bool canAsk = m_client && m_served && !m_busy;
    m_refresh->setEnabled(canAsk);
    m_accept->setEnabled(canAsk && !chosen().isEmpty());
    if (!m_served)
        m_patch->setPlaceholderText(tr("Start the fork to see what it changed."));
    else
        m_patch->setPlaceholderText(m_busy ? tr("Comparing…") : QString());
}

} // namespace ui
