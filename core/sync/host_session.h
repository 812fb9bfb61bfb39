#pragma once

#include "core/sync/ancestor_store.h"
#include "core/sync/host_side.h"
#include "core/sync/status.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace core::sync {

/// What a session tells its owner; called from inside its methods.
struct HostEvents
{
    std::function<void(const Status &)> status;
    std::function<void()> seeded; ///< once: the guest has the workspace
    std::function<void()>
        settled; ///< a cycle has ended; the last one that was asked for began after the asking
    std::function<void(const std::vector<ListedConflict> &)> conflicts;
    std::function<void(const std::vector<ListedProblem> &)> problems;
    std::function<void(const Question &)> question;
    std::function<void(const std::vector<std::string> &)> excluded;
};

struct HostSetup
{
    bool recovery = false; ///< the machine stopped uncleanly
    std::optional<GitSetup> git;
    int bundle = -1; ///< open file
};

/// The host's end of a sync session, the one that decides. Bytes of the port go in through
/// `receive` and out through `fill`; files are read and changed inside the calls. Nothing here
/// blocks on the guest. One thread.
class HostSession
{
public:
    HostSession(HostSide &side, AncestorStore &store, HostSetup setup, HostEvents events);
    ~HostSession();
    HostSession(const HostSession &) = delete;
    HostSession &operator=(const HostSession &) = delete;

    void connected(); ///< the port's greeting is done
    void disconnected(const std::string &reason);
    /// Takes bytes from the port. After an error the guest is not to be trusted with this
    /// connection: close it.
    [[nodiscard]] tree::Result<> receive(std::string_view bytes);
    /// Appends what is to be sent, about `enough` bytes.
    void fill(std::string &output, std::size_t enough);
    /// Begins what is due. Call when the watcher is readable and after every other call. Returns
    /// after how many ms to call again at the latest.
    int tick();
    /// The guest has not answered for so long (30 s) that the port should be greeted again.
    [[nodiscard]] bool isStalled() const;

    void syncNow();
    void pause();
    void resume();
    void answer(bool apply);
    void stop(); ///< one more cycle, then `isFinished`
    [[nodiscard]] bool isFinished() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace core::sync
