#include "core/sync/ancestor_store.h"

#include "core/sync/tree_codec.h"
#include "core/tree/beneath.h"

#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <random>
#include <span>
#include <sys/stat.h>
#include <utility>

namespace core::sync {

namespace {

using tree::malformed;
using tree::Result;

constexpr std::string_view magic = "paddock-ancestor-1\n";
constexpr const char *checkpointName = "ancestor";
constexpr const char *logName = "ancestor.log";
constexpr const char *intentName = "ancestor.intent";
constexpr std::size_t maxStoreBytes = 1U << 30;
constexpr std::size_t changesBeforeCheckpoint = 1000;
constexpr std::size_t maxFormer = 10'000;

TreeLimits ownLimits()
{
    return {.bytes = maxStoreBytes, .marks = true};
}

std::string_view viewOf(const tree::Digest &digest)
{
    return {reinterpret_cast<const char *>(digest.data()), digest.size()};
}

/// Changes as they stand in the log, with what tells whether the record is whole.
std::string recordOf(
    const SessionId &session, std::uint64_t plan, std::span<const tree::Change> changes)
{
    Writer record;
    record.raw({reinterpret_cast<const char *>(session.data()), session.size()});
    record.u64(plan);
    record.raw(encodeChanges(changes, Before::Leave, Times::Leave));
    Writer framed;
    framed.u32(static_cast<std::uint32_t>(record.bytes().size()));
    framed.raw(record.bytes());
    framed.raw(viewOf(tree::digestOf(record.bytes())));
    return framed.take();
}

struct Record
{
    std::uint64_t plan = 0;
    std::vector<tree::Change> changes = {};
};

/// The next record; nothing when it is damaged, cut short or of another session.
std::optional<Record> readRecord(Reader &reader, const SessionId &session)
{
    const std::uint32_t length = reader.u32();
    const std::string_view bytes = reader.raw(length);
    const std::string_view digest = reader.raw(sizeof(tree::Digest));
    if (reader.failed() || viewOf(tree::digestOf(bytes)) != digest)
        return std::nullopt;
    Reader fields(bytes);
    const std::string_view owner = fields.raw(session.size());
    const std::uint64_t plan = fields.u64();
    const bool own =
        std::ranges::equal(owner, session, {}, [](char c) { return static_cast<std::uint8_t>(c); });
    if (fields.failed() || !own)
        return std::nullopt;
    auto changes = decodeChanges(bytes.substr(session.size() + sizeof(plan)), ownLimits());
    if (!changes)
        return std::nullopt;
    return Record{.plan = plan, .changes = std::move(*changes)};
}

tree::Digest takeDigest(Reader &reader)
{
    tree::Digest digest = {};
    std::ranges::copy(reader.raw(digest.size()), digest.begin());
    return digest;
}

} // namespace

Result<AncestorStore> AncestorStore::open(int directory)
{
    AncestorStore store;
    store.m_directory = directory;
    if (!store.loadCheckpoint()) {
        if (auto started = store.startAnew(); !started)
            return std::unexpected(started.error());
        return store;
    }
    store.loadLog();
    store.loadIntent();
    if (auto written = store.writeCheckpoint(); !written)
        return std::unexpected(written.error());
    return store;
}

Result<> AncestorStore::loadCheckpoint()
{
    const auto bytes = tree::readSmallFile(m_directory, checkpointName, maxStoreBytes);
    if (!bytes)
        return std::unexpected(bytes.error());
    const std::size_t tail = sizeof(tree::Digest);
    if (bytes->size() < tail)
        return malformed("ancestor cut short");
    const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - tail);
    if (viewOf(tree::digestOf(body)) != std::string_view(*bytes).substr(body.size()))
        return malformed("ancestor damaged");
    Reader reader(body);
    if (reader.raw(magic.size()) != magic)
        return malformed("not an ancestor");
    std::ranges::copy(reader.raw(m_session.size()), m_session.begin());
    m_plan = reader.u64();
    const std::uint32_t count = reader.u32();
    for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
        const std::string path(reader.text());
        remember(path, takeDigest(reader));
    }
    auto tree = EntryReader(ownLimits()).read(reader, 0);
    if (!tree || reader.failed())
        return malformed("ancestor damaged");
    m_tree = std::move(*tree);
    return {};
}

void AncestorStore::loadLog()
{
    const auto bytes = tree::readSmallFile(m_directory, logName, maxStoreBytes);
    if (!bytes)
        return;
    Reader reader(*bytes);
    while (!reader.atEnd()) {
        auto record = readRecord(reader, m_session);
        if (!record)
            return;
        // The log may be older than the checkpoint when a run was killed between the two.
        if (record->plan > m_plan)
            take(record->plan, std::move(record->changes));
    }
}

void AncestorStore::loadIntent()
{
    const auto bytes = tree::readSmallFile(m_directory, intentName, maxStoreBytes);
    if (!bytes)
        return;
    Reader reader(*bytes);
    auto record = readRecord(reader, m_session);
    if (record && record->plan > m_plan)
        m_begun = std::move(record->changes);
}

Result<> AncestorStore::writeCheckpoint()
{
    Writer writer;
    writer.raw(magic);
    writer.raw({reinterpret_cast<const char *>(m_session.data()), m_session.size()});
    writer.u64(m_plan);
    writer.u32(static_cast<std::uint32_t>(m_formerOrder.size()));
    for (const auto &[path, digest] : m_formerOrder) {
        writer.text(path);
        writer.raw(viewOf(digest));
    }
    writeEntry(writer, m_tree, Times::Leave);
    std::string bytes = writer.take();
    bytes += viewOf(tree::digestOf(bytes));
    if (auto written = tree::writeDurably(m_directory, checkpointName, bytes); !written)
        return written;
    m_log = tree::Descriptor(::openat(m_directory,
        logName,
        O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
        0600));
    if (!m_log)
        return tree::systemError("open the ancestor's log");
    if (::fsync(m_log.number()) != 0 || ::fsync(m_directory) != 0)
        return tree::systemError("flush the ancestor's log");
    m_logged = 0;
    return {};
}

Result<> AncestorStore::intend(std::uint64_t plan, const std::vector<tree::Change> &changes)
{
    const tree::Descriptor file(::openat(
        m_directory, intentName, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return tree::systemError("note what is about to be done");
    return tree::writeAll(file.number(), recordOf(m_session, plan, changes));
}

Result<> AncestorStore::commit(std::uint64_t plan, std::vector<tree::Change> changes)
{
    const std::string record = recordOf(m_session, plan, changes);
    if (auto written = tree::writeAll(m_log.number(), record); !written)
        return written;
    if (::fdatasync(m_log.number()) != 0)
        return tree::systemError("flush the ancestor's log");
    m_logged += changes.size();
    take(plan, std::move(changes));
    return m_logged < changesBeforeCheckpoint ? Result<>() : writeCheckpoint();
}

Result<> AncestorStore::adopt(std::vector<tree::Change> changes)
{
    // Not in the log: a record counts only with a plan that is newer than the checkpoint's, and the
    // guest has not made one.
    take(m_plan, std::move(changes));
    return writeCheckpoint();
}

Result<> AncestorStore::replace(tree::EntryPtr tree)
{
    m_tree = std::move(tree);
    return writeCheckpoint();
}

Result<> AncestorStore::startAnew()
{
    std::random_device random;
    for (std::uint8_t &byte : m_session)
        byte = static_cast<std::uint8_t>(random());
    m_plan = 0;
    m_tree = nullptr;
    m_former.clear();
    m_formerOrder.clear();
    return writeCheckpoint();
}

void AncestorStore::take(std::uint64_t plan, std::vector<tree::Change> changes)
{
    m_plan = plan;
    for (const tree::Change &change : changes)
        rememberBelow(change.path, tree::entryAt(m_tree, change.path), change.after);
    m_tree = tree::withChanges(m_tree, std::move(changes));
}

void AncestorStore::rememberBelow(
    const std::string &path, const tree::EntryPtr &before, const tree::EntryPtr &after)
{
    if (!before || tree::same(before, after))
        return;
    if (!tree::isDirectory(before)) {
        remember(path, before->id);
        return;
    }
    if (!tree::isDirectory(after))
        remember(path, tree::makeDirectory()->id);
    for (const tree::Child &child : before->children)
        rememberBelow(
            tree::joinPath(path, child.name), child.entry, tree::childOf(after, child.name));
}

void AncestorStore::remember(const std::string &path, const tree::Digest &digest)
{
    const auto [item, added] = m_former.emplace(path, digest);
    if (!added)
        return;
    m_formerOrder.push_back(*item);
    if (m_formerOrder.size() <= maxFormer)
        return;
    m_former.erase(m_formerOrder.front());
    m_formerOrder.pop_front();
}

} // namespace core::sync
