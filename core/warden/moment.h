#pragma once

#include "core/async/steps.h"
#include "core/warden/live_save.h"

#include <QObject>

#include <memory>

namespace core {

/// A running sandbox as it is now, for its forks: the machine's state with its RAM, the terminals,
/// and disks as a fork has them, an empty layer over one that all forks share. It goes on meanwhile
/// (live_save.h). All of it is there, with terminals.json, or nothing.
class Moment : public QObject
{
    Q_OBJECT

public:
    explicit Moment(LiveSave::Setup setup);

    /// As LiveSave::run.
    Future<> run(qsizetype mostLayers);

    [[nodiscard]] static QString place(const QString &sandboxDirectory);

private:
    Result<> begin();
    Future<> save(qsizetype mostLayers);
    Future<> gather(QStringList disks);
    Future<> flatten(const QString &disk);
    Future<> coverDisks();
    Result<> keep();

    LiveSave::Setup m_setup;
    QString m_place;
    std::unique_ptr<LiveSave> m_save;
};

} // namespace core
