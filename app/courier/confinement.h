#pragma once

#include <span>
#include <string>

/// Leaves the courier the given directories and no network at all. Best effort; returns what holds.
std::string confineCourier(std::span<const int> directories);
