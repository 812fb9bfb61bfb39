#pragma once

#include "core/sync/selection.h"
#include "core/tree/apply.h"
#include "core/tree/scan.h"
#include "core/tree/stage.h"
#include "core/tree/watch.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace core::sync {

/// Where the host's side works. The descriptors stay the caller's and open.
struct HostPlaces
{
    int root = -1;         ///< the workspace
    int area = -1;         ///< a directory of Paddock's own on the workspace's mount: `stage/` and
                           ///< `versions/` go there
    std::string workspace; ///< its absolute path
};

/// The user's folder: looks at it, watches it, changes it.
class HostSide
{
public:
    /// Fails with a sentence for the user when the area is on another mount than the workspace.
    static tree::Result<std::unique_ptr<HostSide>> create(
        const HostPlaces &places, bool allowSecretFiles);

    /// Scans what is dirty. Fails with Moved when the folder is gone, or another one stands in its
    /// place.
    [[nodiscard]] tree::Result<> scan();
    [[nodiscard]] const tree::EntryPtr &tree() const { return m_tree; }
    [[nodiscard]] const Selection &selection() const { return *m_selection; }
    /// Secret files that are left out, at most 1000.
    [[nodiscard]] const std::vector<std::string> &excluded() const { return m_excluded; }

    [[nodiscard]] int watchDescriptor() const { return m_watcher ? m_watcher->descriptor() : -1; }
    /// Reads the watcher; true when something is to be scanned.
    bool takeEvents();
    void markDirty() { m_dirty.everything = true; }
    [[nodiscard]] bool isDirty() const { return !m_dirty.empty(); }
    /// Directories with files that were being written during the last scan are looked at again.
    [[nodiscard]] bool wasBusy() const { return m_busy; }
    /// Not everything could be watched: scan now and then.
    [[nodiscard]] bool isPartlyWatched() const { return !m_watcher || m_watcher->isPartial(); }

    [[nodiscard]] tree::Stage &stage() { return *m_stage; }
    [[nodiscard]] std::vector<tree::Outcome> apply(
        const std::vector<tree::Change> &changes, std::uint64_t plan);
    /// Keeps staged content as old versions of the paths that changes lead to; the paths of which
    /// nothing can be lost now.
    [[nodiscard]] std::set<std::string, std::less<>> keep(
        const std::vector<tree::Change> &changes, std::uint64_t plan);
    [[nodiscard]] int root() const { return m_places.root; }
    [[nodiscard]] const std::string &workspace() const { return m_places.workspace; }

private:
    HostSide(const HostPlaces &places, bool allowSecretFiles);
    tree::Result<> prepare();
    tree::Result<> checkRoot() const;
    bool findSecrets(const tree::EntryPtr &before, const tree::EntryPtr &after);
    bool holdsToken(const std::string &path) const;
    void listExcluded();

    HostPlaces m_places;
    std::shared_ptr<Selection>
        m_selection; ///< shared with the questions that scanner and watcher ask
    tree::Descriptor m_versions;
    std::optional<tree::Stage> m_stage;
    std::optional<tree::Scanner> m_scanner;
    std::optional<tree::Watcher> m_watcher;
    tree::Dirty m_dirty;
    bool m_busy = false;
    bool m_watching = false;
    std::uint64_t m_displaced = 0; ///< bytes since the versions were last swept
    tree::EntryPtr m_tree;
    std::vector<std::string> m_excluded;
};

} // namespace core::sync
