#pragma once

#include <cstddef>
#include <string_view>

namespace core::tree {

inline constexpr std::size_t maxNameBytes = 255;
inline constexpr std::size_t maxPathBytes = 4096;
inline constexpr std::size_t maxDepth = 128;
inline constexpr std::size_t maxLinkBytes = 4095;

/// Prefix of everything Paddock puts beside a user's files.
inline constexpr std::string_view ownPrefix = ".paddock-";

/// One component: 1–255 bytes, no '/', no NUL, neither "." nor "..".
[[nodiscard]] bool isLegalName(std::string_view name);
/// A relative path of legal names, at most `maxDepth` deep; the empty path is the root and legal.
[[nodiscard]] bool isLegalPath(std::string_view path);

/// Whether some file system of some host could take `name` for `want` (ASCII, lower case):
/// compatibility forms, case, ignorable characters, trailing dots and spaces, a stream suffix.
[[nodiscard]] bool foldsTo(std::string_view name, std::string_view want);
/// Whether `name` could be taken for `.git`, its 8.3 forms (`GIT~1`, `GI250A~1`) included.
[[nodiscard]] bool isGitName(std::string_view name);

/// Whether a link at `linkPath` with `target` stays below the root whatever other links of the tree
/// do: k leading ".." with k at most the link's depth, then only normal names. An absolute target
/// is judged below `workspace`.
[[nodiscard]] bool linkStaysInside(
    std::string_view linkPath, std::string_view target, std::string_view workspace);

} // namespace core::tree
