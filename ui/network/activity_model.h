#pragma once

#include "core/client/connection_record.h"

#include <QAbstractTableModel>
#include <QTimer>

namespace ui {

/// The connection log as rows, newest first. Records are taken in batches and the oldest leave
/// beyond `capacity`.
class ActivityModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    static constexpr int capacity = 10'000;

    enum Column { Time, Verdict, Destination, Request, Bytes, Why, ColumnCount };
    enum Role { BlockedRole = Qt::UserRole, SearchRole };

    explicit ActivityModel(QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role) const override;

    /// Taken into the rows within 100 ms.
    void append(const core::ConnectionRecord &record);
    /// The log as it stood before, oldest first.
    void reset(const QList<core::ConnectionRecord> &records);
    /// While paused, records wait.
    void setPaused(bool paused);
    [[nodiscard]] const core::ConnectionRecord &at(int row) const { return m_rows.at(row); }

private:
    void takeWaiting();
    [[nodiscard]] QString text(const core::ConnectionRecord &record, int column) const;

    QList<core::ConnectionRecord> m_rows;
    QList<core::ConnectionRecord> m_waiting; ///< oldest first
    QTimer m_batch;
    bool m_paused = false;
};

/// The rule that lets a blocked record through, for this host and port only: "allow
/// example.com:8443".
QString allowingRule(const core::ConnectionRecord &record);

} // namespace ui
