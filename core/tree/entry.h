#pragma once

#include "core/tree/digest.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace core::tree {

/// What stands at a path. Untracked: left out, never touched, and blocks the removal of its parent.
/// Problem: would be synchronized but cannot be now; freezes its path: no change, no conflict, no
/// deletion.
enum class Kind : std::uint8_t { Directory = 1, File, Symlink, Untracked, Problem };

/// Why an entry is a Problem; a code, never text, since it may come from the guest.
enum class Cause : std::uint8_t {
    None = 0,
    SpecialFile,     ///< FIFO, socket, device
    IllegalName,     ///< a name that cannot be carried, or Paddock's own
    OtherFileSystem, ///< a mount point
    Unreadable,
    TooDeep,
    TooMany,
    LinkTooLong,
    GitMetadata,     ///< named like `.git`, from the guest
    RepositoryShape, ///< a directory that would work as a git repository
    LinkLeaves,      ///< a link that leaves the workspace, from the guest
    Last = LinkLeaves,
};

/// Identity of an inode at the time of a scan; never on the wire, never compared between trees.
struct Stamp
{
    std::uint64_t device = 0;
    std::uint64_t inode = 0; ///< 0: not known
    std::uint32_t mode = 0;
    std::uint64_t size = 0;
    std::int64_t mtimeNs = 0;
    std::int64_t ctimeNs = 0;
    friend bool operator==(const Stamp &, const Stamp &) = default;
};

struct Entry;
/// Null is "absent". Shared, because the trees of a session share every subtree in which they
/// agree.
using EntryPtr = std::shared_ptr<const Entry>;

struct Child
{
    std::string name;
    EntryPtr entry;
};

/// One node of an immutable tree. `id` is the SHA-256 of a file's content, of a link's target, or
/// of a directory's children (name, kind, executable, id), so equal ids mean equal subtrees.
struct Entry
{
    Kind kind = Kind::Directory;
    bool executable = false;
    bool racy = false; ///< changed so shortly before its scan that the next scan must hash it again
    bool guestMade = false; ///< ancestor only: the guest created it
    Cause cause = Cause::None;
    std::uint32_t files = 0; ///< files and links in this subtree
    std::uint64_t size = 0;  ///< of a file
    std::uint64_t below = 0; ///< of a directory: bytes of memory of all that is in it, about
    Digest id = {};
    std::string target;          ///< of a link
    std::vector<Child> children; ///< of a directory, ascending by bytes
    Stamp stamp = {};
};

[[nodiscard]] EntryPtr makeFile(const Digest &content, std::uint64_t size, bool executable = false);
[[nodiscard]] EntryPtr makeLink(std::string target);
[[nodiscard]] EntryPtr makeUntracked();
[[nodiscard]] EntryPtr makeProblem(Cause cause);
/// Children need not be sorted; names must differ.
[[nodiscard]] EntryPtr makeDirectory(std::vector<Child> children = {}, const Stamp &stamp = {});

/// The child of that name, or null; null also when `parent` is absent or no directory.
[[nodiscard]] const EntryPtr &childOf(const EntryPtr &parent, std::string_view name);
[[nodiscard]] bool isDirectory(const EntryPtr &entry);
/// Equal without regard to children.
[[nodiscard]] bool sameShallow(const EntryPtr &a, const EntryPtr &b);
/// Equal with everything below.
[[nodiscard]] bool same(const EntryPtr &a, const EntryPtr &b);
/// The part that can travel: without Untracked and Problem entries; null when nothing remains.
[[nodiscard]] EntryPtr synchronizable(const EntryPtr &entry);
/// Whether an Untracked or Problem entry is at or below it.
[[nodiscard]] bool holdsUnsynchronizable(const EntryPtr &entry);
/// Bytes of memory that the tree takes, about; what it shares with others counts in full.
[[nodiscard]] std::uint64_t memoryOf(const EntryPtr &entry);
/// Files and links at or below it.
[[nodiscard]] std::uint64_t countFiles(const EntryPtr &entry);

} // namespace core::tree
