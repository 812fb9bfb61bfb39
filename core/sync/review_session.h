#pragma once

#include "core/sync/ancestor_store.h"
#include "core/sync/host_session.h"
#include "core/sync/host_side.h"
#include "core/sync/review.h"
#include "core/sync/session.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace core::sync {

/// A question about a fork's files, or the wish to have some of them.
struct ReviewRequest
{
    enum class Kind { Look, Accept };
    enum class Contents { Leave, Stage };
    enum class Conflicts { Refuse, Skip };

    std::uint64_t id = 0; ///< told with the answer
    Kind kind = Kind::Look;
    std::vector<std::string> paths = {};     ///< and all below them; none: everything
    Contents contents = Contents::Leave;     ///< Look: of the smaller files
    Conflicts conflicts = Conflicts::Refuse; ///< Accept: one refuses all, or is left out
};

/// What came of an Accept.
struct Acceptance
{
    std::vector<ReviewItem> accepted; ///< stand in the folder now
    std::vector<ReviewItem> refused;  ///< the host changed them; where there is one and Refuse was
                                      ///< wished, nothing was done
    std::vector<ListedProblem> failed;
    std::vector<std::string> unknown;
};

struct ReviewEvents
{
    /// `stage` has the content that was fetched, until the next request.
    std::function<void(std::uint64_t id, const Review &, const tree::Stage &stage)> reviewed;
    std::function<void(std::uint64_t id, const Acceptance &)> accepted;
    std::function<void(std::uint64_t id, const std::string &reason)> failed;
};

/// The host's end for the fork of a running sandbox: the fork has a copy of the files of its own,
/// nothing is carried by itself, and the guest is never written to. It is looked at when somebody
/// asks, and what is accepted goes to the folder as any change of a guest would.
class ReviewSession final : public Session
{
public:
    /// Files up to this size are staged by a Look, and at most `mostStaged` bytes of them.
    static constexpr std::uint64_t largestStaged = 1 << 20;
    static constexpr std::uint64_t mostStaged = 64 << 20;

    ReviewSession(HostSide &side, AncestorStore &store, HostEvents events, ReviewEvents answers);
    ~ReviewSession() override;
    ReviewSession(const ReviewSession &) = delete;
    ReviewSession &operator=(const ReviewSession &) = delete;

    void request(ReviewRequest request);

    void connected() override;
    void disconnected(const std::string &reason) override;
    [[nodiscard]] tree::Result<> receive(std::string_view bytes) override;
    void fill(std::string &output, std::size_t enough) override;
    int tick() override;
    [[nodiscard]] bool isStalled() const override;

    void syncNow() override; ///< settles at once: there is nothing to be made equal
    void pause() override {}
    void resume() override {}
    void answer(bool) override {}
    void stop() override;
    [[nodiscard]] bool isFinished() const override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace core::sync
