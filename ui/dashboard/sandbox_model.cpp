#include "ui/dashboard/sandbox_model.h"

#include "ui/text/describe.h"

#include <algorithm>
#include <tuple>
#include <utility>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

int runningNeed(const core::SandboxStatus &status)
{
    if (status.agent == core::AgentState::NeedsYou)
        return 0;
    if (status.sync.question || status.sync.conflicts > 0 ||
        status.sync.state == core::SyncState::Halted)
        return 1;
    return status.agent == core::AgentState::Finished ? 2 : 3;
}

bool before(const core::SandboxStatus &a, const core::SandboxStatus &b)
{
    const auto key = [](const core::SandboxStatus &status) {
        return std::tuple(need(status), status.settings.name, status.settings.id.value);
    };
    return key(a) < key(b);
}

} // namespace

int need(const core::SandboxStatus &status)
{
    using enum core::SandboxState;
    switch (status.state) {
    case Running:
        return runningNeed(status);
    case Failed:
    case NotAnswering:
    case Paused:
        return 1;
    case Preparing:
    case Booting:
    case Syncing:
        return 4;
    case Stopping:
        return 5;
    case Suspended:
    case Stopped:
        return 6;
    }
    std::unreachable();
}

SandboxModel::SandboxModel(core::Sandboxes &sandboxes, QObject *parent)
    : QAbstractListModel(parent)
    , m_rows(sandboxes.all())
{
    std::ranges::sort(m_rows, before);
    connect(&sandboxes, &core::Sandboxes::added, this, &SandboxModel::add);
    connect(&sandboxes, &core::Sandboxes::changed, this, &SandboxModel::change);
    connect(&sandboxes, &core::Sandboxes::removed, this, &SandboxModel::remove);
}

int SandboxModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant SandboxModel::data(const QModelIndex &index, int role) const
{
    const core::SandboxStatus *status = at(index);
    if (!status)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return status->settings.name;
    case Qt::AccessibleTextRole:
        return tr("%1, %2, folder %3")
            .arg(status->settings.name,
                headline(*status).text,
                shortPath(status->settings.workspace));
    case Qt::ToolTipRole:
        return status->settings.workspace;
    case StatusRole:
        return QVariant::fromValue(*status);
    case IdRole:
        return status->settings.id.value;
    default:
        return {};
    }
}

QHash<int, QByteArray> SandboxModel::roleNames() const
{
    QHash<int, QByteArray> names = QAbstractListModel::roleNames();
    names.insert(StatusRole, "status"_ba);
    names.insert(IdRole, "id"_ba);
    return names;
}

const core::SandboxStatus *SandboxModel::at(const QModelIndex &index) const
{
    return index.isValid() && index.row() < m_rows.size() ? &m_rows.at(index.row()) : nullptr;
}

QModelIndex SandboxModel::indexOf(const core::SandboxId &id) const
{
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_rows.at(row).settings.id == id)
            return index(row);
    }
    return {};
}

void SandboxModel::add(const core::SandboxStatus &status)
{
    if (indexOf(status.settings.id).isValid()) {
        change(status);
        return;
    }
    const int place = placeFor(status);
    beginInsertRows({}, place, place);
    m_rows.insert(place, status);
    endInsertRows();
}

void SandboxModel::change(const core::SandboxStatus &status)
{
    const QModelIndex old = indexOf(status.settings.id);
    if (!old.isValid())
        return;
    const int place = placeFor(status); // among the rows as they are, the old one included
    const int from = old.row();
    if (place != from && place != from + 1) {
        beginMoveRows({}, from, from, {}, place);
        m_rows.move(from, place > from ? place - 1 : place);
        endMoveRows();
    }
    const QModelIndex now = indexOf(status.settings.id);
    m_rows[now.row()] = status;
    emit dataChanged(now, now);
}

void SandboxModel::remove(const core::SandboxId &id)
{
    const QModelIndex old = indexOf(id);
    if (!old.isValid())
        return;
    beginRemoveRows({}, old.row(), old.row());
    m_rows.removeAt(old.row());
    endRemoveRows();
}

int SandboxModel::placeFor(const core::SandboxStatus &status) const
{
    // The row's old entry may stand anywhere: count the others that come before.
    int place = 0;
    for (int row = 0; row < m_rows.size(); ++row) {
        const core::SandboxStatus &other = m_rows.at(row);
        if (other.settings.id != status.settings.id && before(other, status))
            place = row + 1;
    }
    return place;
}

} // namespace ui
