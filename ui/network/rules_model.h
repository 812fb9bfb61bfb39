#pragma once

#include "core/client/sandbox_rules.h"

#include <QAbstractTableModel>

namespace ui {

/// The rules in force for a sandbox. Only those of the sandbox's own file can be removed here.
class RulesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Decision, Destination, Source, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role) const override;

    void show(const QList<core::ListedRule> &rules);
    [[nodiscard]] const core::ListedRule &at(int row) const { return m_rules.at(row); }

private:
    QList<core::ListedRule> m_rules;
};

} // namespace ui
