#include "ui/snapshots/snapshots_page.h"

#include "core/client/printable.h"
#include "core/client/sandbox_snapshots.h"
#include "ui/main_window/sandbox_actions.h"
#include "ui/snapshots/snapshot_questions.h"
#include "ui/snapshots/take_snapshot_dialog.h"
#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QAction>
#include <QDateTime>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

enum Column { Name, When, Size, Commit, Kind };

QString kindText(const core::SnapshotInfo &snapshot)
{
    if (snapshot.damaged)
        return SnapshotsPage::tr("Damaged: it can only be removed");
    switch (snapshot.reason) {
    case core::SnapshotReason::Asked:
        return SnapshotsPage::tr("Taken by you");
    case core::SnapshotReason::Prompt:
        return SnapshotsPage::tr("Automatic, before a prompt");
    case core::SnapshotReason::Hourly:
        return SnapshotsPage::tr("Automatic, by the clock");
    case core::SnapshotReason::Restore:
        return SnapshotsPage::tr("Automatic, before a restore");
    }
    std::unreachable();
}

QString countText(qsizetype count)
{
    if (count == 0)
        return SnapshotsPage::tr("No snapshots");
    return count == 1 ? SnapshotsPage::tr("1 snapshot")
                      : SnapshotsPage::tr("%1 snapshots").arg(QLocale().toString(count));
}

/// The name of the one that is being taken; empty when none is.
QString nameOfTaking(const core::SandboxStatus &status)
{
    return status.raw.value("snapshot"_L1)["name"_L1].toString();
}

} // namespace

SnapshotsPage::SnapshotsPage(
    Services services, SandboxActions &actions, const core::SandboxStatus &status, QWidget *parent)
    : QWidget(parent)
    , m_services(services)
    , m_actions(actions)
    , m_status(status)
    , m_places(new QStackedWidget(this))
{
    setObjectName(u"snapshotsPage"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(buildHead());
    m_places->addWidget(buildFilled());
    m_places->addWidget(buildEmpty());
    layout->addWidget(m_places, 1);
    read();
}

QPushButton *SnapshotsPage::takeButton(const QString &name, QWidget *parent)
{
    auto *button = new QPushButton(tr("Take a snapshot…"), parent);
    button->setObjectName(name);
    connect(button, &QPushButton::clicked, this, &SnapshotsPage::take);
    return button;
}

QWidget *SnapshotsPage::buildHead()
{
    auto *head = new QWidget(this);
    m_state = new QLabel(head);
    m_state->setObjectName(u"snapshotState"_s);
    m_state->setTextFormat(Qt::PlainText);
    makeHeading(m_state);
    auto *about = new QLabel(tr("A snapshot keeps the whole machine of one moment: its programs, "
                                "its memory and its disks. Your folder is not part of it."),
        head);
    about->setObjectName(u"snapshotAbout"_s);
    about->setTextFormat(Qt::PlainText);
    about->setWordWrap(true);
    makeQuiet(about);
    m_take = takeButton(u"snapshotTake"_s, head);
    auto *line = new QHBoxLayout;
    line->addWidget(m_state, 1);
    line->addWidget(m_take);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins({});
    layout->addLayout(line);
    layout->addWidget(about);
    return head;
}

QWidget *SnapshotsPage::buildFilled()
{
    auto *filled = new QWidget(m_places);
    m_list = new QTreeWidget(filled);
    m_list->setObjectName(u"snapshotItems"_s);
    m_list->setAccessibleName(tr("Snapshots"));
    m_list->setHeaderLabels({tr("Name"), tr("When"), tr("Size"), tr("Commit"), tr("Kind")});
    m_list->setRootIsDecorated(false);
    m_list->setAllColumnsShowFocus(true);
    m_list->setTabKeyNavigation(false);
    m_list->header()->setStretchLastSection(true);
    m_list->header()->setSectionsMovable(false);
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_restore = new QPushButton(tr("Restore…"), filled);
    m_restore->setObjectName(u"snapshotRestore"_s);
    m_restore->setToolTip(tr("Brings the sandbox back to how it was then (Enter)"));
    m_remove = new QPushButton(tr("Remove…"), filled);
    m_remove->setObjectName(u"snapshotRemove"_s);
    m_remove->setToolTip(tr("Frees its room on the disk (Delete)"));
    auto *removal = new QAction(m_list);
    removal->setShortcut(QKeySequence::Delete);
    removal->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(removal);
    connect(removal, &QAction::triggered, this, &SnapshotsPage::remove);
    connect(m_restore, &QPushButton::clicked, this, &SnapshotsPage::restore);
    connect(m_remove, &QPushButton::clicked, this, &SnapshotsPage::remove);
    connect(m_list, &QTreeWidget::itemActivated, this, &SnapshotsPage::restore);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &SnapshotsPage::showButtons);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_restore);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(filled);
    layout->setContentsMargins({});
    layout->setSpacing(gap);
    layout->addWidget(m_list, 1);
    layout->addLayout(buttons);
    return filled;
}

QWidget *SnapshotsPage::buildEmpty()
{
    auto *empty = new QWidget(m_places);
    m_emptyText = new QLabel(empty);
    m_emptyText->setObjectName(u"snapshotsEmpty"_s);
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_takeFirst = takeButton(u"snapshotTakeFirst"_s, empty);
    auto *layout = new QVBoxLayout(empty);
    layout->setSpacing(gap);
    layout->addStretch(2);
    layout->addWidget(m_emptyText);
    layout->addWidget(m_takeFirst, 0, Qt::AlignCenter);
    layout->addStretch(3);
    return empty;
}

bool SnapshotsPage::event(QEvent *event)
{
    // The command line, and the warden by itself, take and remove some meanwhile.
    if (event->type() == QEvent::Show || event->type() == QEvent::WindowActivate)
        read();
    return QWidget::event(event);
}

void SnapshotsPage::show(const core::SandboxStatus &status)
{
    const bool changed =
        status.state != m_status.state || nameOfTaking(status) != nameOfTaking(m_status);
    m_status = status;
    if (changed)
        read();
}

void SnapshotsPage::read()
{
    const core::SnapshotInfo *current = selected();
    const QString name = current ? current->name : QString();
    auto now = core::listSnapshots(m_services.sandboxes.paths(), m_status.settings.id);
    std::ranges::reverse(now);
    if (std::exchange(m_snapshots, now) != now || m_list->topLevelItemCount() != now.size()) {
        m_list->clear();
        for (const core::SnapshotInfo &snapshot : std::as_const(m_snapshots))
            addItem(snapshot);
        const auto again = m_list->findItems(name, Qt::MatchExactly, Name);
        m_list->setCurrentItem(again.isEmpty() ? m_list->topLevelItem(0) : again.first());
    }
    showHead();
    showButtons();
}

void SnapshotsPage::addItem(const core::SnapshotInfo &snapshot)
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(snapshot.atMs);
    auto *item = new QTreeWidgetItem(m_list,
        {snapshot.name,
            snapshot.atMs > 0 ? QLocale().toString(at, QLocale::ShortFormat) : u"–"_s,
            describeBytes(snapshot.bytes),
            core::printable(commitText(snapshot)),
            kindText(snapshot)});
    item->setTextAlignment(Size, Qt::AlignRight | Qt::AlignVCenter);
    for (int column = Name; snapshot.damaged && column <= Kind; ++column)
        item->setForeground(column, quietColor(palette()));
    if (snapshot.damaged)
        item->setToolTip(Kind, tr("Some of its files are missing or cannot be read"));
    else if (!snapshot.fits)
        item->setToolTip(Kind, tr("Only its disks come back, and the machine boots from them"));
}

void SnapshotsPage::showHead()
{
    const QString taking = nameOfTaking(m_status);
    m_state->setText(taking.isEmpty() ? countText(m_snapshots.size())
                                      : tr("Taking the snapshot “%1”…").arg(taking));
    m_places->setCurrentIndex(m_snapshots.isEmpty() ? 1 : 0);
    m_take->setVisible(!m_snapshots.isEmpty());
}

void SnapshotsPage::showButtons()
{
    const bool runs = m_status.state == core::SandboxState::Running;
    const bool busy = m_asked || !nameOfTaking(m_status).isEmpty();
    const QString why = runs ? tr("Keeps the machine as it is at this moment; it goes on")
                             : tr("A snapshot can be taken while the sandbox runs");
    for (QPushButton *button : {m_take, m_takeFirst}) {
        button->setEnabled(runs && !busy);
        button->setToolTip(why);
    }
    m_emptyText->setText(
        runs ? tr("Take a snapshot before something risky, and you can come back to this moment.")
             : tr("There are no snapshots; one can be taken while the sandbox runs."));
    const core::SnapshotInfo *current = selected();
    m_restore->setEnabled(current && !current->damaged && !busy);
    m_remove->setEnabled(current && !busy);
}

const core::SnapshotInfo *SnapshotsPage::selected() const
{
    const auto rows = m_list->selectionModel()->selectedRows();
    const qsizetype row = rows.isEmpty() ? -1 : rows.first().row();
    return row >= 0 && row < m_snapshots.size() ? &m_snapshots.at(row) : nullptr;
}

void SnapshotsPage::take()
{
    QStringList taken;
    for (const core::SnapshotInfo &snapshot : std::as_const(m_snapshots))
        taken << snapshot.name;
    auto *dialog = new TakeSnapshotDialog(taken, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &TakeSnapshotDialog::wanted, this, [this](const QString &name) {
        m_asked = true;
        showButtons();
        core::takeSnapshot(m_services.sandboxes, m_status.settings.id, name)
            .then(this, [this](const core::Result<core::SnapshotInfo> &snapshot) {
                m_asked = false;
                if (!snapshot)
                    emit failed(snapshot.error());
                read();
            });
    });
    dialog->open();
}

void SnapshotsPage::restore()
{
    const core::SnapshotInfo *snapshot = selected();
    if (!snapshot || !m_restore->isEnabled())
        return;
    askToRestore(this, m_status, *snapshot, m_snapshots, [this, name = snapshot->name] {
        m_actions.restore(m_status.settings.id, name);
    });
}

void SnapshotsPage::remove()
{
    const core::SnapshotInfo *snapshot = selected();
    if (!snapshot || !m_remove->isEnabled())
        return;
    askToRemove(this, *snapshot, [this, name = snapshot->name] { forget(name); });
}

void SnapshotsPage::forget(const QString &name)
{
    m_asked = true;
    showButtons();
    core::removeSnapshot(m_services.sandboxes, m_status.settings.id, name)
        .then(this, [this](const core::Result<> &removed) {
            m_asked = false;
            if (!removed)
                emit failed(removed.error());
            read();
        });
}

} // namespace ui
