#pragma once

#include "core/tree/scan.h"

#include <set>
#include <string>
#include <string_view>

namespace core::sync {

/// Which paths take part at all; the same answer for both sides, decided on the host. What is left
/// out stays where it is on either side and is never sent, overwritten or deleted.
struct Selection
{
    bool allowSecretFiles = false;
    /// Directories of dependencies or build products that the host's own git ignores; a leading '/'
    /// ties one to the root.
    std::set<std::string, std::less<>> heavy = {};
    /// Files found to hold a secret by their content.
    std::set<std::string, std::less<>> secretPaths = {};

    friend bool operator==(const Selection &, const Selection &) = default;
};

enum class Reason {
    Part,    ///< takes part
    Git,     ///< `.git`: travels as git objects
    Own,     ///< Paddock's own
    Rubbish, ///< of the operating system
    EditorTemporary,
    Heavy, ///< dependencies and build products, each side its own
    Secret,
};

/// Why `path` does or does not take part, looking at its last component and at what `selection`
/// says of the path.
[[nodiscard]] Reason reasonFor(const Selection &selection, std::string_view path, bool directory);
[[nodiscard]] tree::Treatment treatmentFor(Reason reason);
[[nodiscard]] tree::Treat treatBy(Selection selection);

/// Names that hold keys or passwords by custom: `.env*`, private keys, credential files, cloud CLI
/// directories.
[[nodiscard]] bool isSecretName(std::string_view path, bool directory);

/// Which of the usual heavy directories the root `.gitignore` leaves out.
[[nodiscard]] std::set<std::string, std::less<>> heavyDirectories(std::string_view gitignore);

/// The guest's `tree`, which stands at `path`, with everything that does not take part made
/// Untracked, and what it left out without reason made a Problem, whatever it sent.
[[nodiscard]] tree::EntryPtr masked(
    const tree::EntryPtr &tree, const Selection &selection, const std::string &path = {});

} // namespace core::sync
