#include "core/guest/runtime_call.h"

#include <algorithm>
#include <string_view>

namespace core::guest {
namespace {

/// The value of an option, as "--name VALUE" or "--name=VALUE".
std::string valueOf(const std::vector<std::string> &words, std::string_view name)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == name && i + 1 < words.size())
            return words[i + 1];
        if (words[i].starts_with(name) && words[i].substr(name.size()).starts_with('='))
            return words[i].substr(name.size() + 1);
    }
    return {};
}

} // namespace

RuntimeCall parseRuntimeCall(const std::vector<std::string> &words)
{
    // Before the verb there are options only, and their values are paths.
    const auto verb = std::ranges::find_if(words, [](const std::string &word) {
        return word == "create" || word == "run" || word == "restore" || word == "exec";
    });
    RuntimeCall call;
    if (verb == words.end())
        return call;
    call.kind = *verb == "exec" ? RuntimeCall::Kind::Execute : RuntimeCall::Kind::Begin;
    call.root = valueOf({words.begin(), verb}, "--root");
    const std::vector<std::string> rest(verb + 1, words.end());
    const auto option = [&](std::string_view name, std::string_view shortName) {
        auto value = valueOf(rest, name);
        return value.empty() ? valueOf(rest, shortName) : value;
    };
    if (call.kind == RuntimeCall::Kind::Begin)
        call.bundle = option("--bundle", "-b");
    if (call.kind == RuntimeCall::Kind::Begin && call.bundle.empty())
        call.bundle = ".";
    if (call.kind == RuntimeCall::Kind::Execute)
        call.process = option("--process", "-p");
    if (!rest.empty())
        call.container = rest.back();
    return call;
}

} // namespace core::guest
