#include "core/sync/content.h"

#include "core/tree/beneath.h"

#include <algorithm>
#include <set>
#include <unistd.h>
#include <utility>

namespace core::sync {

namespace {

using tree::malformed;
using tree::Result;

void collect(std::vector<NeededFile> &files,
    std::set<tree::Digest> &seen,
    const std::string &path,
    const tree::EntryPtr &entry)
{
    if (!entry)
        return;
    if (entry->kind == tree::Kind::File && seen.insert(entry->id).second)
        files.push_back({.path = path, .digest = entry->id, .size = entry->size});
    for (const tree::Child &child : entry->children)
        collect(files, seen, tree::joinPath(path, child.name), child.entry);
}

bool keepsContent(const tree::Change &change)
{
    return change.before && change.after && change.before->kind == tree::Kind::File &&
           change.after->kind == tree::Kind::File && change.before->id == change.after->id;
}

} // namespace

std::vector<NeededFile> neededBy(std::span<const tree::Change> changes)
{
    std::vector<NeededFile> files;
    std::set<tree::Digest> seen;
    for (const tree::Change &change : changes) {
        if (!keepsContent(change))
            collect(files, seen, change.path, change.after);
    }
    return files;
}

std::vector<NeededFile> neededBy(std::span<const tree::Change> changes, const tree::Stage &stage)
{
    std::vector<NeededFile> files = neededBy(changes);
    std::erase_if(files, [&](const NeededFile &file) { return stage.has(file.digest); });
    return files;
}

void appendNeed(std::string &output, const std::vector<NeededFile> &files)
{
    std::string payload;
    for (const NeededFile &file : files) {
        const std::string item = encode(file);
        if (payload.size() + item.size() > maxPayload)
            output += encodeFrame(FrameType::Need, std::exchange(payload, {}));
        payload += item;
    }
    output += encodeFrame(FrameType::Need, payload);
}

void ContentSource::add(std::vector<NeededFile> files)
{
    std::ranges::move(files, std::back_inserter(m_files));
}

void ContentSource::cancel()
{
    m_files.clear();
    m_open = tree::Descriptor();
    m_small.clear();
}

void ContentSource::fill(std::string &output, std::size_t enough)
{
    while (output.size() < enough && !isDone()) {
        if (m_open)
            proceed(output);
        else if (!m_files.empty())
            begin(output);
        else
            flushSmall(output);
    }
}

void ContentSource::begin(std::string &output)
{
    const NeededFile file = std::move(m_files.front());
    m_files.pop_front();
    auto opened = tree::openFileAt(m_root, file.path);
    if (!opened) {
        output += encodeFrame(FrameType::Missing, encode(file));
        return;
    }
    if (file.size <= smallFileBytes) {
        addSmall(output, file, opened->number());
        return;
    }
    flushSmall(output);
    output += encodeFrame(
        FrameType::Begin, encode(NeededFile{.path = {}, .digest = file.digest, .size = file.size}));
    m_open = std::move(*opened);
    m_left = file.size;
}

void ContentSource::addSmall(std::string &output, const NeededFile &file, int descriptor)
{
    std::string content(file.size, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const auto got = ::read(descriptor, content.data() + size, content.size() - size);
        if (got <= 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    if (size < content.size()) {
        output += encodeFrame(FrameType::Missing, encode(file));
        return;
    }
    if (m_small.size() + content.size() + 36 > maxPayload)
        flushSmall(output);
    appendSmallFile(m_small, file.digest, content);
    ++m_doneFiles;
    m_doneBytes += content.size();
}

void ContentSource::proceed(std::string &output)
{
    m_buffer.resize(maxPayload);
    const std::size_t want = std::min<std::uint64_t>(m_left, m_buffer.size());
    const auto got = ::read(m_open.number(), m_buffer.data(), want);
    if (got > 0) {
        output += encodeFrame(
            FrameType::Data, std::string_view(m_buffer).substr(0, static_cast<std::size_t>(got)));
        m_left -= static_cast<std::uint64_t>(got);
        m_doneBytes += static_cast<std::uint64_t>(got);
    }
    if (got > 0 && m_left > 0)
        return;
    // A file that became shorter ends early; the receiver sees that and drops it.
    output += encodeFrame(FrameType::End, {});
    m_open = tree::Descriptor();
    ++m_doneFiles;
}

void ContentSource::flushSmall(std::string &output)
{
    if (m_small.empty())
        return;
    output += encodeFrame(FrameType::Small, m_small);
    m_small.clear();
}

void ContentSink::await(const std::vector<NeededFile> &files, tree::Flush flush)
{
    m_flush = flush;
    m_full = false;
    for (const NeededFile &file : files)
        m_awaited.emplace(file.digest, file.size);
}

void ContentSink::cancel()
{
    m_awaited.clear();
    m_receiving = false;
    m_stage.abandon();
}

bool ContentSink::isAwaited(const tree::Digest &digest, std::uint64_t size) const
{
    if (m_accept == Accept::Anything)
        return true;
    const auto found = m_awaited.find(digest);
    return found != m_awaited.end() && found->second == size;
}

void ContentSink::settle(const tree::Digest &digest)
{
    m_awaited.erase(digest);
}

void ContentSink::note(const Result<> &result)
{
    if (!result && result.error().kind == tree::Error::Kind::NoSpace)
        m_full = true;
}

Result<> ContentSink::take(const Frame &frame)
{
    const bool continues = frame.type == FrameType::Data || frame.type == FrameType::End;
    if (continues != m_receiving)
        return malformed("content out of order");
    if (frame.type == FrameType::Small)
        return takeSmall(frame.payload);
    if (frame.type == FrameType::Begin)
        return takeBegin(frame.payload);
    if (frame.type == FrameType::Missing) {
        const auto file = decodeBegin(frame.payload);
        if (!file || !isAwaited(file->digest, file->size))
            return malformed("missing file that nobody wanted");
        settle(file->digest);
        return {};
    }
    if (frame.type == FrameType::Data) {
        m_doneBytes += frame.payload.size();
        if (m_stage.isReceiving())
            note(m_stage.append(frame.payload));
        return {};
    }
    m_receiving = false;
    if (m_stage.isReceiving())
        note(m_stage.finish(m_flush));
    settle(m_current);
    ++m_doneFiles;
    return {};
}

Result<> ContentSink::stageSmall(const SmallFile &file)
{
    if (m_smallFiles == SmallFiles::Held) {
        const auto held = m_stage.hold(file.digest, file.content);
        if (!held)
            return std::unexpected(held.error());
        if (*held)
            return {};
    }
    Result<> staged = m_stage.begin(file.digest, file.content.size());
    if (staged)
        staged = m_stage.append(file.content);
    return staged ? m_stage.finish(m_flush) : staged;
}

Result<> ContentSink::takeSmall(std::string_view payload)
{
    const auto files = decodeSmall(payload);
    if (!files)
        return std::unexpected(files.error());
    for (const SmallFile &file : *files) {
        if (file.content.size() > smallFileBytes || !isAwaited(file.digest, file.content.size()))
            return malformed("small file that nobody wanted");
        note(stageSmall(file));
        settle(file.digest);
        ++m_doneFiles;
        m_doneBytes += file.content.size();
    }
    return {};
}

Result<> ContentSink::takeBegin(std::string_view payload)
{
    const auto file = decodeBegin(payload);
    if (!file)
        return std::unexpected(file.error());
    if (!isAwaited(file->digest, file->size))
        return malformed("file that nobody wanted");
    m_receiving = true;
    m_current = file->digest;
    note(m_stage.begin(file->digest, file->size));
    return {};
}

} // namespace core::sync
