#pragma once

#include "core/sync/content.h"
#include "core/sync/guest_repository.h"
#include "core/tree/apply.h"
#include "core/tree/scan.h"
#include "core/tree/watch.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace core::sync {

struct GuestPlaces
{
    int root = -1;  ///< the workspace, on the work disk itself (not its bind mount)
    int state = -1; ///< a directory on the same mount, outside the workspace: stage and the record
                    ///< of the last plan
    std::string workspace; ///< where git runs; empty: the path the host says, where programs see
                           ///< the workspace
    std::string boot;      ///< id of this boot
    std::optional<std::pair<unsigned, unsigned>> owner; ///< uid and gid of what is made
};

/// The guest's end: does what the host asks and decides nothing. Blocks while it sends; one thread.
class GuestSession
{
public:
    /// Sends bytes to the port; fails when it is gone.
    using Send = std::function<tree::Result<>(std::string_view)>;

    static tree::Result<std::unique_ptr<GuestSession>> create(const GuestPlaces &places, Send send);
    ~GuestSession();
    GuestSession(const GuestSession &) = delete;
    GuestSession &operator=(const GuestSession &) = delete;

    /// A new connection: forget the previous one.
    void restart();
    [[nodiscard]] tree::Result<> receive(std::string_view bytes);
    /// To be polled beside the port; -1 before the first scan.
    [[nodiscard]] int watchDescriptor() const;
    /// Call when the watcher is readable.
    [[nodiscard]] tree::Result<> watch();
    /// An orderly stop: the next boot may trust what is on the disk.
    void stop();

private:
    struct Private;
    explicit GuestSession(std::unique_ptr<Private> state);
    std::unique_ptr<Private> d;
};

} // namespace core::sync
