#include "ui/network/rules_model.h"

#include "ui/style/theme.h"

#include <QGuiApplication>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

QString sourceText(const QString &source)
{
    if (source == "sandbox"_L1)
        return RulesModel::tr("you, this sandbox");
    if (source == "global"_L1)
        return RulesModel::tr("you, all sandboxes");
    return source.startsWith("preset:"_L1) ? RulesModel::tr("preset %1").arg(source.mid(7))
                                           : source;
}

} // namespace

int RulesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rules.size());
}

int RulesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant RulesModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rules.size())
        return {};
    const core::ListedRule &rule = m_rules.at(index.row());
    const bool denies = rule.verb == "deny"_L1;
    if (role == Qt::ForegroundRole && index.column() == Decision)
        return toneColor(denies ? Tone::Problem : Tone::Good, QGuiApplication::palette());
    if (role == Qt::ToolTipRole)
        return tr("%1 %2, line %3 of %4")
            .arg(rule.verb, rule.target)
            .arg(rule.line)
            .arg(sourceText(rule.source));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Decision:
        return denies ? tr("Block") : tr("Allow");
    case Destination:
        return rule.target;
    case Source:
        return sourceText(rule.source);
    default:
        return {};
    }
}

QVariant RulesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Decision:
        return tr("Decision");
    case Destination:
        return tr("Destination");
    case Source:
        return tr("Source");
    default:
        return {};
    }
}

void RulesModel::show(const QList<core::ListedRule> &rules)
{
    if (rules == m_rules)
        return;
    beginResetModel();
    m_rules = rules;
    endResetModel();
}

} // namespace ui
