#pragma once

#include "core/warden/outcome.h"

#include <QDeadlineTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <chrono>

namespace core {

/// The machine of a warden that was killed: its QEMU ends with it, yet a moment later, since its
/// memory has to be taken apart first. Until then its disks are locked.
class FormerMachine : public QObject
{
    Q_OBJECT

public:
    explicit FormerMachine(QStringList disks); ///< those that are not there are nobody's

    /// When no program holds any of them; StateConflict when one still does after `patience`.
    Future<> gone(std::chrono::milliseconds patience);

private:
    void look();

    QStringList m_disks;
    QDeadlineTimer m_patience;
    QTimer m_timer;
    Outcome m_gone;
};

} // namespace core
