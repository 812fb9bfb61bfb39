#pragma once

#include "app/desktop/arguments.h"
#include "core/client/file_lock.h"
#include "core/paths.h"
#include "core/result.h"

#include <QLocalServer>
#include <QObject>

#include <optional>

namespace desktop {

/// One desktop per user: the first serves desktop.sock, the others hand their wish over and end.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    enum class Place { First, Second };

    explicit SingleInstance(core::Paths paths, QObject *parent = nullptr);

    /// Either holds the place (First), or has handed `wish` over to the one that does (Second).
    /// Needs no event loop and answers within a second; NotAnswering when another one holds the
    /// place and does not take the wish.
    core::Result<Place> take(const Wish &wish);
    /// For the first: listens on desktop.sock, from within an application.
    core::Result<> serve();

signals:
    void wished(const desktop::Wish &wish);

private:
    core::Result<> handOver(const Wish &wish);
    void accept();

    core::Paths m_paths;
    std::optional<core::FileLock>
        m_lock; ///< held as long as this instance is the first; a crash frees it
    QLocalServer m_server;
};

} // namespace desktop
