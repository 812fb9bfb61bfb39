#pragma once

namespace core::guest {

/// Becomes the next program of this name in PATH after our own, which stands before it. Returns an
/// exit code when there is none.
int becomeReal(const char *name, char **arguments);

} // namespace core::guest
