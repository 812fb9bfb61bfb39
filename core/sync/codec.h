#pragma once

#include "core/sync/selection.h"
#include "core/sync/wire.h"
#include "core/tree/digest.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace core::sync {

/// The protocol of the frames on the sync port (architecture.md §7). Integers are little endian;
/// every decoder checks every length and fails with Malformed.

inline constexpr std::uint8_t protocolVersion = 1;
/// Files up to this size travel several in a frame.
inline constexpr std::size_t smallFileBytes = 32 << 10;

using SessionId = std::array<std::uint8_t, 16>;

struct Hello
{
    SessionId session = {};     ///< of the ancestor
    std::string workspace = {}; ///< absolute path
    std::uint32_t uid = 1000;
    std::uint32_t gid = 1000;
    Selection selection = {}; ///< a hint that saves work; the host applies it to whatever comes
    friend bool operator==(const Hello &, const Hello &) = default;
};

struct HelloAck
{
    SessionId session = {};    ///< of the last plan on the guest's disk; zeros: none
    std::uint64_t plan = 0;    ///< the last plan on the disk
    std::string boot = {};     ///< id of this boot
    std::string planBoot = {}; ///< id of the boot in which the last plan was made
    bool cleanStop = false;    ///< that boot ended in order
    bool repository = false;   ///< the workspace has a `.git`
    std::uint64_t freeBytes = 0;
    friend bool operator==(const HelloAck &, const HelloAck &) = default;
};

struct NeededFile
{
    std::string path = {};
    tree::Digest digest = {};
    std::uint64_t size = 0;
    friend bool operator==(const NeededFile &, const NeededFile &) = default;
};

struct TreeEnd
{
    tree::Digest root = {}; ///< digest of the whole tree: both ends must have the same
    bool busy = false;      ///< files changed while they were read; ask again soon
    std::uint64_t freeBytes = 0;
    friend bool operator==(const TreeEnd &, const TreeEnd &) = default;
};

struct PlanEnd
{
    std::uint64_t plan = 0;
    bool keepTimes = false;
    friend bool operator==(const PlanEnd &, const PlanEnd &) = default;
};

struct SmallFile
{
    tree::Digest digest = {};
    std::string content = {};
    friend bool operator==(const SmallFile &, const SmallFile &) = default;
};

struct GitRemote
{
    std::string name = {};
    std::string url = {}; ///< without credentials
    friend bool operator==(const GitRemote &, const GitRemote &) = default;
};

/// What the guest's own repository is built from, beside the bundle.
struct GitSetup
{
    std::string head = {}; ///< full name of the branch, or a commit id when detached
    bool detached = false;
    bool bundle = false; ///< a bundle was sent; else the repository has no commit yet
    std::string userName = {};
    std::string userEmail = {};
    std::vector<GitRemote> remotes = {};
    friend bool operator==(const GitSetup &, const GitSetup &) = default;
};

std::string encode(const Hello &message);
std::string encode(const HelloAck &message);
std::string encode(const std::vector<NeededFile> &message);
std::string encode(const TreeEnd &message);
std::string encode(const PlanEnd &message);
std::string encode(const NeededFile &beginning); ///< Begin: path empty
std::string encode(const GitSetup &message);
/// Appends to the payload of a Small frame.
void appendSmallFile(std::string &payload, const tree::Digest &digest, std::string_view content);

tree::Result<Hello> decodeHello(std::string_view payload);
tree::Result<HelloAck> decodeHelloAck(std::string_view payload);
tree::Result<std::vector<NeededFile>> decodeNeed(std::string_view payload);
tree::Result<TreeEnd> decodeTreeEnd(std::string_view payload);
tree::Result<PlanEnd> decodePlanEnd(std::string_view payload);
tree::Result<NeededFile> decodeBegin(std::string_view payload);
tree::Result<std::vector<SmallFile>> decodeSmall(std::string_view payload);
tree::Result<GitSetup> decodeGitSetup(std::string_view payload);
tree::Result<std::uint64_t> decodeApplied(std::string_view payload); ///< the plan's number

} // namespace core::sync
