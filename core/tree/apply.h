#pragma once

#include "core/tree/change.h"
#include "core/tree/descriptor.h"
#include "core/tree/error.h"
#include "core/tree/stage.h"
#include "core/tree/versions.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

struct stat;

namespace core::tree {

/// Why a change was not (wholly) made; the rest of the plan goes on.
enum class Obstacle : std::uint8_t {
    None = 0,
    Changed,        ///< what stood there was not what was expected; nothing was lost
    UnknownContent, ///< a directory to be removed holds something unknown; it stays
    ParentMissing,  ///< the directory above is gone, or is a link
    ContentMissing, ///< the content did not arrive
    NoSpace,
    NotPermitted,
    NotSupported, ///< the file system cannot exchange two names
    Failed,
    Last = Failed,
};

struct Outcome
{
    EntryPtr now; ///< what stands there afterwards, as far as it was known or made
    Obstacle obstacle = Obstacle::None;
    std::string where; ///< path of the first obstacle
};

enum class Displaced { Keep, Discard };

struct ApplyOptions
{
    Displaced displaced = Displaced::Keep; ///< Keep: old versions move below `versions/<label>/`
    std::string label = {};                ///< of this run's versions
    std::optional<std::pair<unsigned, unsigned>> owner =
        std::nullopt;       ///< uid and gid of what is made
    bool keepTimes = false; ///< give files the mtime of their entry's stamp (first copy only)
    bool flush = true;      ///< fsync each touched directory
    bool inPlace = false;   ///< write new files whose content is held where they go: a crash may
                            ///< leave a part of one, so only while nobody works there
};

/// The directories an `Applier` works in; all on one mount.
struct Ground
{
    int root = -1;
    int versions = -1; ///< not used with Displaced::Discard
};

/// Makes changes to a tree. Nothing is overwritten, written in place or unlinked: a file is
/// replaced by exchanging it with the staged one, looked at, and moved to the versions; when it was
/// not what was expected it goes back. A directory is removed when only known content was in it. No
/// link is ever followed. One thread per tree.
class Applier
{
public:
    Applier(const Ground &ground, Stage &stage, ApplyOptions options);

    /// One outcome for each change, in order.
    [[nodiscard]] std::vector<Outcome> apply(std::span<const Change> changes);

private:
    struct Place
    {
        int directory;
        std::string path;
        std::string name;
    };

    void countUses(const EntryPtr &entry);
    EntryPtr applyOne(const Change &change);
    EntryPtr change(const Place &place, const Change &change);
    EntryPtr create(const Place &place, const EntryPtr &wanted);
    EntryPtr createInPlace(const Place &place, const EntryPtr &wanted, const std::string &content);
    EntryPtr createDirectory(const Place &place, const EntryPtr &wanted);
    EntryPtr fillDirectory(const Place &place, int made, const EntryPtr &wanted);
    EntryPtr replace(const Place &place, const Change &change);
    EntryPtr setExecutable(const Place &place, const Change &change);
    EntryPtr remove(const Place &place, const EntryPtr &expected);
    EntryPtr removeDirectory(const Place &place, const EntryPtr &expected);
    EntryPtr removeFile(const Place &place, const EntryPtr &expected);
    Result<std::string> prepare(const EntryPtr &wanted, const struct ::stat *old);
    Result<std::string> prepareFile(const EntryPtr &wanted, const struct ::stat *old);
    bool expected(int directory, const std::string &name, const EntryPtr &entry, bool moved);
    bool keepVersion(const std::string &displaced, const std::string &path);
    std::nullptr_t fail(const std::string &path, Obstacle obstacle);
    std::nullptr_t fail(const std::string &path, const Error &error);

    Ground m_ground;
    Stage &m_stage;
    ApplyOptions m_options;
    unsigned m_mask;
    std::map<Digest, unsigned> m_uses;
    std::set<std::string> m_touched;
    Versions m_versions;
    Outcome m_outcome;
};

} // namespace core::tree
