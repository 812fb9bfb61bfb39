#pragma once

#include "core/guest/outcome.h"

#include <string>
#include <string_view>
#include <vector>

namespace core::guest {

/// The device whose virtio serial number is `serial`, such as "/dev/vdb". Waits up to `patienceMs`
/// for it to appear.
Outcome<std::string> diskBySerial(std::string_view serial, int patienceMs = 5000);

/// Makes ext4 on those disks that are empty, all at once. A disk that holds something else is an
/// error, never overwritten.
Outcome<> formatEmptyDisks(const std::vector<std::string> &devices);

} // namespace core::guest
