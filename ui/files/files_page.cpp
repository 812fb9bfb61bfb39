#include "ui/files/files_page.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int shownPaths = 500;

QTreeWidgetItem *group(QTreeWidget *list, const QString &title, const QString &explanation)
{
    auto *item = new QTreeWidgetItem(list, {title, explanation});
    QFont bold = list->font();
    bold.setWeight(QFont::DemiBold);
    item->setFont(0, bold);
    item->setFlags(Qt::ItemIsEnabled);
    item->setExpanded(true);
    return item;
}

QString sideText(const QString &change)
{
    if (change == "modified"_L1)
        return FilesPage::tr("changed");
    if (change == "deleted"_L1)
        return FilesPage::tr("deleted");
    if (change == "created"_L1)
        return FilesPage::tr("new");
    return change;
}

QString sidesText(const core::SyncConflict &conflict)
{
    const QTime since = QDateTime::fromMSecsSinceEpoch(conflict.sinceMs).time();
    return FilesPage::tr("Your folder: %1 · Sandbox: %2 · since %3")
        .arg(sideText(conflict.host),
            sideText(conflict.guest),
            QLocale().toString(since, QLocale::ShortFormat));
}

void listPaths(QTreeWidgetItem *top, const QStringList &paths)
{
    for (const QString &path : paths)
        new QTreeWidgetItem(top, {path});
}

Tone toneOf(const core::SyncStatus &sync)
{
    using enum core::SyncState;
    if (sync.question || sync.conflicts > 0 || sync.state == Halted || sync.state == DiskFull ||
        !sync.problems.isEmpty())
        return Tone::Attention;
    return sync.state == Idle ? Tone::Good : Tone::Neutral;
}

QString stateText(const core::SyncStatus &sync)
{
    QStringList parts{describe(sync)};
    if (sync.lastSyncMs > 0)
        parts.append(QDateTime::fromMSecsSinceEpoch(sync.lastSyncMs).toString(u"HH:mm:ss"_s));
    if (sync.files > 0)
        parts.append(sync.files == 1
                         ? FilesPage::tr("1 file")
                         : FilesPage::tr("%1 files").arg(QLocale().toString(sync.files)));
    return parts.join(u"  ·  "_s);
}

} // namespace

FilesPage::FilesPage(QWidget *parent)
    : QWidget(parent)
    , m_list(new QTreeWidget(this))
    , m_showFolder(new QPushButton(tr("Show in my folder"), this))
    , m_empty(new QLabel(this))
{
    setObjectName(u"filesPage"_s);
    m_list->setObjectName(u"fileItems"_s);
    m_list->setAccessibleName(tr("Files that need attention"));
    m_list->setColumnCount(2);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setTabKeyNavigation(false);
    m_list->setColumnWidth(0, 360);
    m_showFolder->setObjectName(u"showInFolder"_s);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, [this] {
        m_showFolder->setEnabled(!selectedFolder().isEmpty());
    });
    connect(m_showFolder, &QPushButton::clicked, this, [this] {
        QDesktopServices::openUrl(QUrl::fromLocalFile(selectedFolder()));
    });
    m_empty->setObjectName(u"filesEmpty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    makeQuiet(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(buildHead());
    layout->addWidget(buildQuestion());
    layout->addWidget(m_list, 1);
    layout->addWidget(m_showFolder, 0, Qt::AlignLeft);
    layout->addWidget(m_empty, 1);
    showEmptiness();
}

QWidget *FilesPage::buildHead()
{
    auto *head = new QWidget(this);
    m_state = new QLabel(head);
    m_state->setObjectName(u"syncState"_s);
    m_state->setTextFormat(Qt::PlainText);
    makeHeading(m_state);
    m_where = new QLabel(head);
    m_where->setObjectName(u"syncWhere"_s);
    m_where->setTextFormat(Qt::PlainText);
    m_where->setWordWrap(true);
    makeQuiet(m_where);
    m_pause = new QPushButton(tr("Pause"), head);
    m_pause->setObjectName(u"syncPause"_s);
    m_now = new QPushButton(tr("Sync now"), head);
    m_now->setObjectName(u"syncNow"_s);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        call(m_sync.state == core::SyncState::Paused ? u"sync.resume"_s : u"sync.pause"_s);
    });
    connect(m_now, &QPushButton::clicked, this, [this] { call(u"sync.now"_s); });
    auto *line = new QHBoxLayout;
    line->addWidget(m_state, 1);
    line->addWidget(m_pause);
    line->addWidget(m_now);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins({});
    layout->addLayout(line);
    layout->addWidget(m_where);
    return head;
}

QWidget *FilesPage::buildQuestion()
{
    m_question = new QWidget(this);
    m_question->setObjectName(u"massChange"_s);
    m_question->setAutoFillBackground(true);
    QPalette colors = palette();
    colors.setColor(QPalette::Window, toneGround(Tone::Attention, palette()));
    m_question->setPalette(colors);
    m_questionText = new QLabel(m_question);
    m_questionText->setObjectName(u"massChangeText"_s);
    m_questionText->setTextFormat(Qt::PlainText);
    m_questionText->setWordWrap(true);
    auto *apply = new QPushButton(tr("Apply to my folder"), m_question);
    apply->setObjectName(u"massChangeApply"_s);
    auto *discard = new QPushButton(tr("Discard in the sandbox"), m_question);
    discard->setObjectName(u"massChangeDiscard"_s);
    connect(apply, &QPushButton::clicked, this, [this] { answer(u"apply"_s); });
    connect(discard, &QPushButton::clicked, this, [this] { answer(u"discard"_s); });
    auto *layout = new QHBoxLayout(m_question);
    layout->addWidget(m_questionText, 1);
    layout->addWidget(discard);
    layout->addWidget(apply);
    m_question->hide();
    return m_question;
}

void FilesPage::attach(core::WardenClient *client)
{
    if (m_client == client)
        return;
    m_client = client;
    connect(client, &core::WardenClient::notified, this, [this](const QString &topic) {
        if (topic == "sync"_L1)
            readConflicts();
    });
    client->subscribe({u"sync"_s});
    readConflicts();
    showEmptiness();
}

void FilesPage::release()
{
    if (m_client)
        m_client->disconnect(this);
    m_client = nullptr;
    showEmptiness();
}

void FilesPage::show(const core::SandboxStatus &status)
{
    m_workspace = status.settings.workspace;
    m_sync = status.sync;
    m_state->setText(m_client ? stateText(m_sync) : tr("Not syncing"));
    QPalette colors = palette();
    colors.setColor(
        QPalette::WindowText, toneColor(m_client ? toneOf(m_sync) : Tone::Neutral, colors));
    m_state->setPalette(colors);
    m_where->setText(tr("%1 and the same path in the sandbox").arg(shortPath(m_workspace)));
    m_pause->setText(m_sync.state == core::SyncState::Paused ? tr("Resume") : tr("Pause"));
    showQuestion(m_sync);
    showLists();
}

void FilesPage::showQuestion(const core::SyncStatus &sync)
{
    m_question->setVisible(sync.question.has_value());
    if (sync.question)
        m_questionText->setText(tr("%1\nNothing is changed in your folder until you decide. Old "
                                   "versions are kept either way.")
                .arg(sync.question->summary));
}

void FilesPage::showLists()
{
    const Lists now{.conflicts = m_conflicts,
        .questioned = m_sync.question ? m_sync.question->paths.first(qMin<qsizetype>(
                                            shownPaths, m_sync.question->paths.size()))
                                      : QStringList(),
        .problems = m_sync.problems,
        .excluded = m_sync.excluded};
    if (now == m_listed)
        return; // the selection stays
    m_listed = now;
    m_list->clear();
    if (!now.conflicts.isEmpty()) {
        QTreeWidgetItem *top = group(m_list,
            tr("Changed on both sides (%1)").arg(now.conflicts.size()),
            tr("Both versions are kept. Edit either side until they are equal."));
        for (const core::SyncConflict &conflict : now.conflicts)
            new QTreeWidgetItem(top, {conflict.path, sidesText(conflict)});
    }
    if (!now.questioned.isEmpty())
        listPaths(group(m_list, tr("Waiting for your decision"), {}), now.questioned);
    if (!now.problems.isEmpty()) {
        QTreeWidgetItem *top =
            group(m_list, tr("Cannot be synced (%1)").arg(now.problems.size()), {});
        for (const core::SyncProblem &problem : now.problems)
            new QTreeWidgetItem(top, {problem.path, problem.reason});
    }
    if (!now.excluded.isEmpty())
        listPaths(group(m_list,
                      tr("Left out of the sandbox (%1)").arg(now.excluded.size()),
                      tr("These files may hold secrets.")),
            now.excluded);
    m_list->expandAll();
    showEmptiness();
}

void FilesPage::showEmptiness()
{
    const bool empty = m_list->topLevelItemCount() == 0;
    m_list->setVisible(!empty);
    m_showFolder->setVisible(!empty);
    m_showFolder->setEnabled(!selectedFolder().isEmpty());
    m_empty->setVisible(empty);
    m_empty->setText(m_client ? tr("No conflicts, no problems, nothing left out.")
                              : tr("Files are synced while the sandbox runs."));
    m_pause->setEnabled(m_client);
    m_now->setEnabled(m_client);
}

QString FilesPage::selectedFolder() const
{
    const QList<QTreeWidgetItem *> selected = m_list->selectedItems();
    if (selected.isEmpty() || !selected.first()->parent())
        return {};
    const QString folder =
        QDir::cleanPath(m_workspace + u'/' + selected.first()->text(0) + u"/.."_s);
    const bool inside = folder == m_workspace || folder.startsWith(m_workspace + u'/');
    return inside && QDir(folder).exists() ? folder : QString();
}

void FilesPage::readConflicts()
{
    if (!m_client)
        return;
    m_client->call(u"sync.conflicts"_s).then(this, [this](const core::Result<QJsonObject> &answer) {
        if (!answer)
            return;
        m_conflicts.clear();
        for (const QJsonValue value : answer->value("items"_L1).toArray()) {
            const QJsonObject item = value.toObject();
            m_conflicts.append({.path = item.value("path"_L1).toString(),
                .host = item.value("host"_L1).toString(),
                .guest = item.value("guest"_L1).toString(),
                .sinceMs = qint64(item.value("since"_L1).toDouble())});
        }
        showLists();
    });
}

void FilesPage::answer(const QString &choice)
{
    call(u"sync.answer"_s, {{u"choice"_s, choice}});
}

void FilesPage::call(const QString &method, const QJsonObject &parameters)
{
    if (!m_client)
        return;
    m_client->call(method, parameters, 60'000)
        .then(this, [this](const core::Result<QJsonObject> &answer) {
            if (!answer)
                emit failed(answer.error());
        });
}

} // namespace ui
