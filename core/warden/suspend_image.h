#pragma once

#include "core/result.h"
#include "vmm/template/machine_template.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace core {

/// What the fork of a running sandbox begins with: links to files that all forks of one moment
/// share. None of them is written to.
struct ForkedMachine
{
    QString state;
    QString ram;
    vmm::TemplateIdentity identity;
    QJsonObject terminals;
};

/// What a suspended sandbox has beside its disks, in `suspended/` of its directory: the machine's
/// state with all of its RAM, and the terminals. It is written whole or not at all, and goes on
/// once: the disks change from then on. It is there until the moment before the machine runs, so
/// nothing is lost by whatever ends a start earlier, and it fits only the disks it was made with.
class SuspendImage
{
public:
    explicit SuspendImage(QString sandboxDirectory);

    /// Whether a sandbox's directory holds one; for a list that must not read it.
    static bool isThere(const QString &sandboxDirectory);

    /// Makes an empty place for it and gives the path of the state to be written there.
    Result<QString> begin() const;
    /// The state has been written: makes an image of it.
    Result<> keep(const vmm::TemplateIdentity &identity, const QJsonObject &terminals) const;

    /// Makes one of a fork, in a directory that is not the sandbox's yet.
    Result<> link(const ForkedMachine &machine) const;
    /// Makes one of what a snapshot holds, which stays; `machine` is from `demands`. The disks are
    /// those of the snapshot already.
    Result<> link(
        const QString &state, const QJsonObject &machine, const QJsonObject &terminals) const;

    /// What a machine must be to go on with what this one has in memory.
    static QJsonObject demands(vmm::TemplateIdentity identity);

    /// Makes `to` a link to the state of the one that is there. StateConflict for that of a fork,
    /// whose RAM is not in it.
    Result<> give(const QString &to) const;
    [[nodiscard]] QJsonObject machine() const; ///< what the one that is there demands

    /// Whether it fits a machine of this identity; nothing when there is none.
    [[nodiscard]] std::optional<bool> fits(const vmm::TemplateIdentity &identity) const;
    [[nodiscard]] QString state() const; ///< path of the machine's state, while it is there
    [[nodiscard]] QString ram() const;   ///< of a fork's RAM; empty: the state holds it
    /// Takes it: from now on it is there no more, whatever happens.
    Result<> take() const;
    /// Of the image that is there, or was taken.
    [[nodiscard]] QJsonObject terminals() const;
    /// Removes all of it; it is not there from the first moment on.
    void discard() const;

private:
    Result<> describe(const QJsonObject &machine, const QJsonObject &terminals) const;
    [[nodiscard]] QString place() const;
    [[nodiscard]] QString taken() const;
    [[nodiscard]] QString unfinished() const;

    QString m_directory;
};

} // namespace core
