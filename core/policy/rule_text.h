#pragma once

#include "core/policy/policy_text.h"

#include <string_view>
#include <utility>
#include <vector>

namespace core::policy {

/// A word of a policy line and the column it begins at, from 1.
struct Token
{
    std::string_view text;
    int column = 1;
};

/// The words of a line up to its comment.
std::vector<Token> tokens(std::string_view line);

/// The parts between separators, each with its offset; an empty text is one empty part.
std::vector<std::pair<std::string_view, std::size_t>> split(std::string_view text, char separator);

} // namespace core::policy
