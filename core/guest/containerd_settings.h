#pragma once

#include <string>
#include <vector>

namespace core::guest {

/// The file that `words`, a command line of containerd without the program's name, has it read:
/// the value of `--config` or `-c`. Null when it names none.
std::string *configurationFile(std::vector<std::string> &words);

/// A configuration that takes over `theirs`, an absolute path, and lets an idle machine rest.
/// containerd looks for garbage at a pace that follows from how long that takes and how much of the
/// time it may: with its own 2 % that is three times a second on an emulated CPU and far more often
/// on a fast one, also when nothing was ever deleted. What Docker deletes it clears away itself.
/// (docs/garbage-collection.md of containerd, pause_threshold)
std::string restingConfiguration(const std::string &theirs);

} // namespace core::guest
