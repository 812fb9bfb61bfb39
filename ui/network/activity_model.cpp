#include "ui/network/activity_model.h"

#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QDateTime>
#include <QGuiApplication>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui {

namespace {

bool isBlocked(const core::ConnectionRecord &record)
{
    return record.verdict != "allow"_L1;
}

QString destination(const core::ConnectionRecord &record)
{
    return record.port > 0 ? u"%1:%2"_s.arg(record.host).arg(record.port) : record.host;
}

QString why(const core::ConnectionRecord &record)
{
    if (record.rule.isEmpty())
        return record.reason;
    return record.source.isEmpty() ? record.rule : u"%1 (%2)"_s.arg(record.rule, record.source);
}

} // namespace

ActivityModel::ActivityModel(QObject *parent)
    : QAbstractTableModel(parent)
{
    m_batch.setSingleShot(true);
    m_batch.setInterval(100ms);
    connect(&m_batch, &QTimer::timeout, this, &ActivityModel::takeWaiting);
}

int ActivityModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ActivityModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant ActivityModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size())
        return {};
    const core::ConnectionRecord &record = m_rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(record, index.column());
    case Qt::ToolTipRole:
        return text(record, index.column());
    case Qt::ForegroundRole:
        if (index.column() == Verdict)
            return toneColor(
                isBlocked(record) ? Tone::Problem : Tone::Good, QGuiApplication::palette());
        return {};
    case Qt::TextAlignmentRole:
        if (index.column() == Bytes)
            return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case BlockedRole:
        return isBlocked(record);
    case SearchRole:
        return QStringList{destination(record), record.method, record.urlPath, why(record)}.join(
            u' ');
    default:
        return {};
    }
}

QString ActivityModel::text(const core::ConnectionRecord &record, int column) const
{
    switch (column) {
    case Time:
        return QDateTime::fromMSecsSinceEpoch(record.timeMs).toString(u"HH:mm:ss"_s);
    case Verdict:
        return describeVerdict(record.verdict);
    case Destination:
        return destination(record);
    case Request:
        return record.method.isEmpty() ? record.protocol
                                       : u"%1 %2"_s.arg(record.method, record.urlPath);
    case Bytes:
        return record.bytesUp + record.bytesDown > 0
                   ? describeBytes(record.bytesUp + record.bytesDown)
                   : QString();
    case Why:
        return why(record);
    default:
        return {};
    }
}

QVariant ActivityModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Time:
        return tr("Time");
    case Verdict:
        return tr("Verdict");
    case Destination:
        return tr("Destination");
    case Request:
        return tr("Request");
    case Bytes:
        return tr("Data");
    case Why:
        return tr("Why");
    default:
        return {};
    }
}

void ActivityModel::append(const core::ConnectionRecord &record)
{
    m_waiting.append(record);
    if (m_waiting.size() > capacity)
        m_waiting.removeFirst();
    if (!m_paused && !m_batch.isActive())
        m_batch.start();
}

void ActivityModel::reset(const QList<core::ConnectionRecord> &records)
{
    beginResetModel();
    m_rows = records.last(qMin<qsizetype>(records.size(), capacity));
    std::ranges::reverse(m_rows);
    endResetModel();
}

void ActivityModel::setPaused(bool paused)
{
    m_paused = paused;
    if (!paused && !m_waiting.isEmpty())
        m_batch.start();
}

void ActivityModel::takeWaiting()
{
    if (m_paused || m_waiting.isEmpty())
        return;
    QList<core::ConnectionRecord> batch = std::exchange(m_waiting, {});
    std::ranges::reverse(batch);
    beginInsertRows({}, 0, int(batch.size()) - 1);
    m_rows = batch + m_rows;
    endInsertRows();
    if (m_rows.size() <= capacity)
        return;
    beginRemoveRows({}, capacity, int(m_rows.size()) - 1);
    m_rows.resize(capacity);
    endRemoveRows();
}

QString allowingRule(const core::ConnectionRecord &record)
{
    const bool web = record.protocol == "http"_L1 || record.protocol == "https"_L1 ||
                     record.protocol == "dns"_L1 || record.protocol == "tls"_L1;
    const QString host = record.host.contains(u':') ? u'[' + record.host + u']' : record.host;
    if (record.port == 0 || (web && (record.port == 443 || record.port == 80)))
        return u"allow "_s + host;
    return u"allow %1%2:%3"_s.arg(web ? QString() : u"tcp://"_s, host).arg(record.port);
}

} // namespace ui
