#pragma once

#include "core/sync/ancestor_store.h"
#include "core/sync/host_side.h"
#include "core/sync/session.h"
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
    bool restored = false; ///< the machine went back to a snapshot
    std::optional<GitSetup> git;
    int bundle = -1; ///< open file
};

/// The host's end of a session that keeps both sides equal, the one that decides.
class HostSession final : public Session
{
public:
    HostSession(HostSide &side, AncestorStore &store, HostSetup setup, HostEvents events);
    ~HostSession() override;
    HostSession(const HostSession &) = delete;
    HostSession &operator=(const HostSession &) = delete;

    void connected() override;
    void disconnected(const std::string &reason) override;
    [[nodiscard]] tree::Result<> receive(std::string_view bytes) override;
    void fill(std::string &output, std::size_t enough) override;
    int tick() override;
    [[nodiscard]] bool isStalled() const override;

    void syncNow() override;
    void pause() override;
    void resume() override;
    void answer(bool apply) override;
    void stop() override; ///< one more cycle
    [[nodiscard]] bool isFinished() const override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace core::sync
