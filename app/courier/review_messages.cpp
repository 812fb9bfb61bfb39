#include "app/courier/control_channel.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::json;
using core::sync::ReviewItem;

/// All lists of one answer must fit a line of the local API, 1 MiB.
struct Bound
{
    std::size_t items;
    std::size_t bytes; ///< of their texts
};
constexpr Bound largeList{.items = 2000, .bytes = 200'000};
constexpr Bound smallList{.items = 500, .bytes = 60'000};

template <typename Item, typename ToJson>
Json bounded(const std::vector<Item> &items, const Bound &bound, const ToJson &toJson)
{
    Json list = Json::array();
    std::size_t bytes = 0;
    for (const Item &item : items) {
        Json json = toJson(item);
        bytes += json.value("path", std::string()).size();
        bytes += json.value("target", std::string()).size();
        if (list.size() >= bound.items || bytes > bound.bytes)
            break;
        list.push_back(std::move(json));
    }
    return list;
}

std::string kindOf(const core::tree::EntryPtr &entry)
{
    if (!entry)
        return "";
    switch (entry->kind) {
    case core::tree::Kind::Directory:
        return "folder";
    case core::tree::Kind::File:
        return "file";
    case core::tree::Kind::Symlink:
        return "link";
    case core::tree::Kind::Untracked:
    case core::tree::Kind::Problem:
        return "other";
    }
    std::unreachable();
}

Json itemJson(const ReviewItem &item)
{
    return {{"path", printable(item.path)},
        {"change", nameOf(item.fork)},
        {"host", nameOf(item.host)},
        {"conflict", item.conflict}};
}

Json problemJson(const core::sync::ListedProblem &problem)
{
    return {{"path", printable(problem.path)}, {"reason", printable(problem.reason)}};
}

} // namespace

void ControlChannel::reviewed(
    std::uint64_t id, const core::sync::Review &review, const core::tree::Stage &stage)
{
    const auto items = bounded(review.items, largeList, [&](const ReviewItem &item) {
        Json json = itemJson(item);
        json["kind"] = kindOf(item.now ? item.now : item.base);
        json["size"] = item.now ? item.now->size : 0;
        const bool executable = item.now && item.now->executable;
        json["executable"] = executable;
        if (item.now && item.now->kind == core::tree::Kind::Symlink)
            json["target"] = printable(item.now->target);
        if (item.now && item.now->kind == core::tree::Kind::File && stage.has(item.now->id))
            json["content"] = core::tree::toHex(item.now->id);
        return json;
    });
    appendMessage(m_output,
        {{"type", "reviewed"},
            {"id", id},
            {"items", items},
            {"count", review.items.size()},
            {"hostItems",
                bounded(review.hostItems,
                    smallList,
                    [](const ReviewItem &item) {
                        return Json{{"path", printable(item.path)}, {"change", nameOf(item.host)}};
                    })},
            {"hostCount", review.hostItems.size()},
            {"unknown", review.unknown}});
}

void ControlChannel::accepted(std::uint64_t id, const core::sync::Acceptance &result)
{
    appendMessage(m_output,
        {{"type", "accepted"},
            {"id", id},
            {"accepted", bounded(result.accepted, largeList, itemJson)},
            {"acceptedCount", result.accepted.size()},
            {"refused", bounded(result.refused, smallList, itemJson)},
            {"refusedCount", result.refused.size()},
            {"failed", bounded(result.failed, smallList, problemJson)},
            {"failedCount", result.failed.size()},
            {"unknown", result.unknown}});
}

void ControlChannel::reviewFailed(std::uint64_t id, const std::string &reason)
{
    appendMessage(m_output, {{"type", "reviewFailed"}, {"id", id}, {"reason", printable(reason)}});
}
