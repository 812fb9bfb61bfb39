#pragma once

#include "core/client/sandboxes.h"

#include <QAbstractListModel>

namespace ui {

/// How urgently a sandbox wants its user: smaller comes first in the list.
int need(const core::SandboxStatus &status);

/// The sandboxes as rows, most urgent first, then by name. A row that changes its place is moved,
/// so that selection and focus stay on the same sandbox.
class SandboxModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { StatusRole = Qt::UserRole, IdRole };

    explicit SandboxModel(core::Sandboxes &sandboxes, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] const core::SandboxStatus *at(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex indexOf(const core::SandboxId &id) const;

private:
    void add(const core::SandboxStatus &status);
    void change(const core::SandboxStatus &status);
    void remove(const core::SandboxId &id);
    [[nodiscard]] int placeFor(const core::SandboxStatus &status) const;

    QList<core::SandboxStatus> m_rows;
};

} // namespace ui
