#pragma once

#include "core/tree/descriptor.h"
#include "core/tree/digest.h"
#include "core/tree/error.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace core::tree {

enum class Flush {
    Each,
    Later
}; ///< whether each staged file is on the disk before `finish` returns

/// Where content waits, by digest, until all of it is there and checked. Its directory lies on the
/// file system of the tree, outside of it. Nothing of a file is believed before its digest has been
/// computed here.
class Stage
{
public:
    /// Takes an open directory of its own and clears what a former run left there: files that are
    /// not the content their name promises are displaced versions of a run that was killed, and are
    /// moved to `rescue` (-1: dropped). `freeFloor`: bytes that must remain free on the disk.
    Stage(Descriptor directory, std::uint64_t freeFloor, int rescue = -1);

    [[nodiscard]] bool has(const Digest &digest) const
    {
        return m_staged.contains(digest) || m_held.contains(digest);
    }

    /// Keeps a whole small file in memory, so that it need be written only once, where it goes; not
    /// safe against a crash. Fails with Malformed when it is not what was announced. False when
    /// enough is held already.
    [[nodiscard]] Result<bool> hold(const Digest &digest, std::string content);
    /// The content that is held; null when there is none.
    [[nodiscard]] const std::string *held(const Digest &digest) const;

    /// One file at a time, in pieces. A file longer than announced fails with TooLarge, one whose
    /// digest is another than announced with Malformed; either is discarded.
    [[nodiscard]] Result<> begin(const Digest &digest, std::uint64_t size);
    [[nodiscard]] Result<> append(std::string_view bytes);
    [[nodiscard]] Result<> finish(Flush flush);
    /// Drops the file under way.
    void abandon();
    [[nodiscard]] bool isReceiving() const { return static_cast<bool>(m_file); }

    /// Removes everything staged.
    void clear();

    [[nodiscard]] int directory() const { return m_directory.number(); }
    [[nodiscard]] std::string freshName();
    /// Gives a staged file to the caller under a name in `directory()`; the last user takes the
    /// file itself.
    [[nodiscard]] Result<std::string> take(const Digest &digest, bool last);

private:
    [[nodiscard]] bool hasRoomFor(std::uint64_t size) const;

    Descriptor m_directory;
    std::uint64_t m_freeFloor;
    std::set<Digest> m_staged;
    std::map<Digest, std::string> m_held;
    std::uint64_t m_heldBytes = 0;
    std::uint64_t m_counter = 0;

    Descriptor m_file;
    Hasher m_hasher;
    Digest m_expected = {};
    std::uint64_t m_size = 0;
    std::uint64_t m_received = 0;
};

/// Removes everything in a directory of Paddock's own, without following links.
void emptyDirectory(int directory);

} // namespace core::tree
