#pragma once

#include "core/sync/codec.h"
#include "core/tree/descriptor.h"

#include <optional>
#include <string>
#include <utility>

namespace core::sync {

/// Builds the guest's own repository in the workspace from the host's bundle: same history,
/// branches and remotes, an index that agrees with the files, so that `git status` is clean where
/// the host's is.
class GuestRepository
{
public:
    struct Places
    {
        std::string workspace;                              ///< absolute path
        std::optional<std::pair<unsigned, unsigned>> owner; ///< whom git runs as
    };
    explicit GuestRepository(Places places)
        : m_places(std::move(places))
    {
    }

    ~GuestRepository();
    GuestRepository(const GuestRepository &) = delete;
    GuestRepository &operator=(const GuestRepository &) = delete;

    [[nodiscard]] tree::Result<> addBundle(std::string_view bytes);
    /// Runs git. Tracked files that `selection` leaves out are marked skip-worktree. Fails with
    /// git's own words.
    [[nodiscard]] tree::Result<> build(const GitSetup &setup, const Selection &selection);

private:
    tree::Result<std::string> git(
        std::vector<std::string> arguments, const std::string &input = {}) const;
    tree::Result<> configure(const GitSetup &setup) const;
    tree::Result<> fetch(const GitSetup &setup) const;
    tree::Result<> buildIndex(const GitSetup &setup, const Selection &selection) const;

    Places m_places;
    std::string m_path;
    tree::Descriptor m_bundle;
};

} // namespace core::sync
