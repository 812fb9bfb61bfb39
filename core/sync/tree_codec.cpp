#include "core/sync/tree_codec.h"

#include "core/tree/names.h"

#include <algorithm>
#include <utility>

namespace core::sync {

namespace {

using tree::EntryPtr;
using tree::Kind;
using tree::malformed;
using tree::Result;

constexpr std::uint8_t executableFlag = 0x10;
constexpr std::uint8_t timeFlag = 0x20;
constexpr std::uint8_t guestMadeFlag = 0x40;
constexpr std::uint8_t kindMask = 0x0f;
constexpr std::uint8_t absent = 0;

constexpr std::uint8_t beforeFlag = 1;

} // namespace

void writeEntry(Writer &writer, const EntryPtr &entry, Times times)
{
    if (!entry) {
        writer.u8(absent);
        return;
    }
    unsigned flags = std::to_underlying(entry->kind);
    const bool file = entry->kind == Kind::File;
    const bool timed = file && times == Times::Carry && entry->stamp.mtimeNs > 0;
    flags |= file && entry->executable ? executableFlag : 0U;
    flags |= timed ? timeFlag : 0U;
    flags |= entry->guestMade ? guestMadeFlag : 0U;
    writer.u8(static_cast<std::uint8_t>(flags));
    switch (entry->kind) {
    case Kind::File:
        writer.u64(entry->size);
        writer.raw({reinterpret_cast<const char *>(entry->id.data()), entry->id.size()});
        if (timed)
            writer.u64(static_cast<std::uint64_t>(entry->stamp.mtimeNs));
        return;
    case Kind::Symlink:
        writer.text(entry->target);
        return;
    case Kind::Untracked:
        return;
    case Kind::Problem:
        writer.u8(std::to_underlying(entry->cause));
        return;
    case Kind::Directory:
        writer.u32(static_cast<std::uint32_t>(entry->children.size()));
        for (const tree::Child &child : entry->children) {
            writer.text(child.name);
            writeEntry(writer, child.entry, times);
        }
        return;
    }
    std::unreachable();
}

Result<EntryPtr> EntryReader::read(Reader &reader, std::size_t depth)
{
    const std::uint8_t flags = reader.u8();
    if (reader.failed())
        return malformed("entry cut short");
    if (flags == absent)
        return nullptr;
    if (m_left == 0)
        return std::unexpected(
            tree::Error{.kind = tree::Error::Kind::TooLarge, .detail = "too many entries"});
    --m_left;
    if ((flags & guestMadeFlag) != 0 && !m_limits.marks)
        return malformed("a mark that is not the sender's to give");
    const auto kind = static_cast<Kind>(flags & kindMask);
    const bool plain = (flags & ~kindMask & ~guestMadeFlag) == 0;
    if (kind == Kind::File && (flags & 0x80) == 0)
        return readFile(reader, flags);
    if (kind == Kind::Symlink && plain)
        return readLink(reader);
    if (kind == Kind::Untracked && plain)
        return tree::makeUntracked();
    if (kind == Kind::Problem && plain)
        return readProblem(reader);
    if (kind == Kind::Directory && plain)
        return readDirectory(reader, depth);
    return malformed("unknown kind of entry");
}

Result<EntryPtr> EntryReader::readFile(Reader &reader, std::uint8_t flags)
{
    tree::Entry entry;
    entry.kind = Kind::File;
    entry.executable = (flags & executableFlag) != 0;
    entry.guestMade = (flags & guestMadeFlag) != 0;
    entry.files = 1;
    entry.size = reader.u64();
    const std::string_view id = reader.raw(entry.id.size());
    std::ranges::copy(id, entry.id.begin());
    if ((flags & timeFlag) != 0)
        entry.stamp.mtimeNs = static_cast<std::int64_t>(reader.u64());
    if (reader.failed() || entry.size > (1ULL << 62))
        return malformed("file entry cut short");
    return std::make_shared<const tree::Entry>(std::move(entry));
}

Result<EntryPtr> EntryReader::readLink(Reader &reader)
{
    const std::string_view target = reader.text();
    if (reader.failed() || target.empty() || target.size() > tree::maxLinkBytes ||
        target.find('\0') != std::string_view::npos)
        return malformed("link without a sensible target");
    return tree::makeLink(std::string(target));
}

Result<EntryPtr> EntryReader::readProblem(Reader &reader)
{
    const std::uint8_t cause = reader.u8();
    if (reader.failed() || cause == 0 || cause > std::to_underlying(tree::Cause::Last))
        return malformed("unknown cause of a problem");
    return tree::makeProblem(static_cast<tree::Cause>(cause));
}

Result<EntryPtr> EntryReader::readDirectory(Reader &reader, std::size_t depth)
{
    const std::uint32_t count = reader.u32();
    if (depth > tree::maxDepth || count > m_limits.directoryEntries || count > m_left)
        return std::unexpected(
            tree::Error{.kind = tree::Error::Kind::TooLarge, .detail = "tree too large"});
    std::vector<tree::Child> children;
    for (std::uint32_t i = 0; i < count; ++i) {
        std::string name(reader.text());
        if (!tree::isLegalName(name))
            return malformed("illegal name");
        if (!children.empty() && name <= children.back().name)
            return malformed("names not ascending");
        auto entry = read(reader, depth + 1);
        if (!entry)
            return entry;
        if (!*entry)
            return malformed("absent child");
        children.push_back({.name = std::move(name), .entry = std::move(*entry)});
    }
    return tree::makeDirectory(std::move(children));
}

std::string encodeChanges(std::span<const tree::Change> changes, Before before, Times times)
{
    Writer writer;
    for (const tree::Change &change : changes) {
        writer.u8(before == Before::Carry ? beforeFlag : 0);
        writer.text(change.path);
        if (before == Before::Carry)
            writeEntry(writer, change.before, Times::Leave);
        writeEntry(writer, change.after, times);
    }
    return writer.take();
}

Result<std::vector<tree::Change>> decodeChanges(std::string_view bytes, const TreeLimits &limits)
{
    Reader reader(bytes);
    EntryReader entries(limits);
    std::vector<tree::Change> changes;
    while (!reader.atEnd()) {
        const std::uint8_t flags = reader.u8();
        tree::Change change{
            .path = std::string(reader.text()), .before = nullptr, .after = nullptr};
        if (reader.failed() || flags > beforeFlag || !tree::isLegalPath(change.path))
            return malformed("change without a sensible path");
        if (changes.size() >= limits.entries)
            return std::unexpected(
                tree::Error{.kind = tree::Error::Kind::TooLarge, .detail = "too many changes"});
        const auto depth = change.path.empty() ? 0 : std::ranges::count(change.path, '/') + 1;
        auto before = flags == beforeFlag ? entries.read(reader, static_cast<std::size_t>(depth))
                                          : Result<EntryPtr>(nullptr);
        if (!before)
            return std::unexpected(before.error());
        auto after = entries.read(reader, static_cast<std::size_t>(depth));
        if (!after)
            return std::unexpected(after.error());
        change.before = std::move(*before);
        change.after = std::move(*after);
        changes.push_back(std::move(change));
    }
    return changes;
}

std::string encodeOutcomes(
    std::span<const tree::Change> changes, std::span<const tree::Outcome> outcomes)
{
    Writer writer;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const tree::Outcome &outcome = outcomes[i];
        if (outcome.obstacle == tree::Obstacle::None && tree::same(outcome.now, changes[i].after))
            continue;
        writer.u32(static_cast<std::uint32_t>(i));
        writer.u8(std::to_underlying(outcome.obstacle));
        writer.text(outcome.where);
        writeEntry(writer, outcome.now, Times::Leave);
    }
    return writer.take();
}

Result<std::vector<tree::Outcome>> decodeOutcomes(
    std::string_view bytes, std::span<const tree::Change> changes)
{
    std::vector<tree::Outcome> outcomes;
    outcomes.reserve(changes.size());
    for (const tree::Change &change : changes)
        outcomes.push_back({.now = change.after, .obstacle = tree::Obstacle::None, .where = {}});
    Reader reader(bytes);
    EntryReader entries;
    while (!reader.atEnd()) {
        const std::uint32_t index = reader.u32();
        const std::uint8_t obstacle = reader.u8();
        std::string where(reader.text());
        auto now = entries.read(reader, 0);
        if (!now)
            return std::unexpected(now.error());
        if (reader.failed() || index >= outcomes.size() ||
            obstacle > std::to_underlying(tree::Obstacle::Last) || !tree::isLegalPath(where))
            return malformed("outcome of no change");
        outcomes[index] = {.now = std::move(*now),
            .obstacle = static_cast<tree::Obstacle>(obstacle),
            .where = std::move(where)};
    }
    return outcomes;
}

} // namespace core::sync
