#include "core/sync/codec.h"

#include "core/tree/names.h"

#include <algorithm>

namespace core::sync {

namespace {

using tree::malformed;
using tree::Result;

template <std::size_t N>
void put(Writer &writer, const std::array<std::uint8_t, N> &bytes)
{
    writer.raw({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
}

template <std::size_t N>
std::array<std::uint8_t, N> takeBytes(Reader &reader)
{
    std::array<std::uint8_t, N> bytes = {};
    std::ranges::copy(reader.raw(N), bytes.begin());
    return bytes;
}

void putNames(Writer &writer, const std::set<std::string, std::less<>> &names)
{
    // A hint that must fit in one frame; the host applies the whole set itself.
    constexpr std::size_t most = 20 << 10;
    std::size_t size = 0;
    std::uint32_t count = 0;
    Writer list;
    for (const std::string &name : names) {
        size += name.size() + 2;
        if (size > most)
            break;
        list.text(name);
        ++count;
    }
    writer.u32(count);
    writer.raw(list.bytes());
}

std::set<std::string, std::less<>> takeNames(Reader &reader)
{
    std::set<std::string, std::less<>> names;
    const std::uint32_t count = reader.u32();
    for (std::uint32_t i = 0; i < count && !reader.failed(); ++i)
        names.emplace(reader.text());
    return names;
}

template <typename T>
Result<T> whole(const Reader &reader, T value)
{
    if (reader.failed() || !reader.atEnd())
        return malformed("message of a wrong length");
    return value;
}

} // namespace

std::string encode(const Hello &message)
{
    Writer writer;
    writer.u8(protocolVersion);
    put(writer, message.session);
    writer.text(message.workspace);
    writer.u32(message.uid);
    writer.u32(message.gid);
    writer.u8(message.selection.allowSecretFiles ? 1 : 0);
    putNames(writer, message.selection.heavy);
    putNames(writer, message.selection.secretPaths);
    return writer.take();
}

Result<Hello> decodeHello(std::string_view payload)
{
    Reader reader(payload);
    if (reader.u8() != protocolVersion)
        return malformed("another version of the sync protocol");
    Hello message;
    message.session = takeBytes<16>(reader);
    message.workspace = reader.text();
    message.uid = reader.u32();
    message.gid = reader.u32();
    message.selection.allowSecretFiles = reader.u8() != 0;
    message.selection.heavy = takeNames(reader);
    message.selection.secretPaths = takeNames(reader);
    return whole(reader, std::move(message));
}

std::string encode(const HelloAck &message)
{
    Writer writer;
    writer.u8(protocolVersion);
    put(writer, message.session);
    writer.u64(message.plan);
    writer.text(message.boot);
    writer.text(message.planBoot);
    writer.u8(message.cleanStop ? 1 : 0);
    writer.u8(message.repository ? 1 : 0);
    writer.u64(message.freeBytes);
    return writer.take();
}

Result<HelloAck> decodeHelloAck(std::string_view payload)
{
    Reader reader(payload);
    if (reader.u8() != protocolVersion)
        return malformed("another version of the sync protocol");
    HelloAck message;
    message.session = takeBytes<16>(reader);
    message.plan = reader.u64();
    message.boot = reader.text();
    message.planBoot = reader.text();
    message.cleanStop = reader.u8() != 0;
    message.repository = reader.u8() != 0;
    message.freeBytes = reader.u64();
    if (message.boot.size() > 64 || message.planBoot.size() > 64)
        return malformed("boot id too long");
    return whole(reader, std::move(message));
}

std::string encode(const NeededFile &beginning)
{
    Writer writer;
    put(writer, beginning.digest);
    writer.u64(beginning.size);
    writer.text(beginning.path);
    return writer.take();
}

std::string encode(const std::vector<NeededFile> &message)
{
    std::string bytes;
    for (const NeededFile &file : message)
        bytes += encode(file);
    return bytes;
}

Result<std::vector<NeededFile>> decodeNeed(std::string_view payload)
{
    Reader reader(payload);
    std::vector<NeededFile> files;
    while (!reader.atEnd() && !reader.failed()) {
        NeededFile file;
        file.digest = takeBytes<32>(reader);
        file.size = reader.u64();
        file.path = reader.text();
        if (!tree::isLegalPath(file.path))
            return malformed("wanted file without a sensible path");
        files.push_back(std::move(file));
    }
    return whole(reader, std::move(files));
}

Result<NeededFile> decodeBegin(std::string_view payload)
{
    auto files = decodeNeed(payload);
    if (!files)
        return std::unexpected(files.error());
    if (files->size() != 1 || files->front().size > (1ULL << 62))
        return malformed("beginning of no file");
    return files->front();
}

std::string encode(const TreeEnd &message)
{
    Writer writer;
    put(writer, message.root);
    writer.u8(message.busy ? 1 : 0);
    writer.u64(message.freeBytes);
    return writer.take();
}

Result<TreeEnd> decodeTreeEnd(std::string_view payload)
{
    Reader reader(payload);
    TreeEnd message;
    message.root = takeBytes<32>(reader);
    message.busy = reader.u8() != 0;
    message.freeBytes = reader.u64();
    return whole(reader, message);
}

std::string encode(const PlanEnd &message)
{
    Writer writer;
    writer.u64(message.plan);
    writer.u8(message.keepTimes ? 1 : 0);
    return writer.take();
}

Result<PlanEnd> decodePlanEnd(std::string_view payload)
{
    Reader reader(payload);
    PlanEnd message;
    message.plan = reader.u64();
    message.keepTimes = reader.u8() != 0;
    return whole(reader, message);
}

Result<std::uint64_t> decodeApplied(std::string_view payload)
{
    Reader reader(payload);
    const std::uint64_t plan = reader.u64();
    return whole(reader, plan);
}

void appendSmallFile(std::string &payload, const tree::Digest &digest, std::string_view content)
{
    Writer writer;
    put(writer, digest);
    writer.u32(static_cast<std::uint32_t>(content.size()));
    writer.raw(content);
    payload += writer.bytes();
}

Result<std::vector<SmallFile>> decodeSmall(std::string_view payload)
{
    Reader reader(payload);
    std::vector<SmallFile> files;
    while (!reader.atEnd() && !reader.failed()) {
        SmallFile file;
        file.digest = takeBytes<32>(reader);
        file.content = reader.raw(reader.u32());
        files.push_back(std::move(file));
    }
    return whole(reader, std::move(files));
}

std::string encode(const GitSetup &message)
{
    Writer writer;
    writer.text(message.head);
    writer.u8(message.detached ? 1 : 0);
    writer.u8(message.bundle ? 1 : 0);
    writer.text(message.userName);
    writer.text(message.userEmail);
    writer.u32(static_cast<std::uint32_t>(message.remotes.size()));
    for (const GitRemote &remote : message.remotes) {
        writer.text(remote.name);
        writer.text(remote.url);
    }
    return writer.take();
}

Result<GitSetup> decodeGitSetup(std::string_view payload)
{
    Reader reader(payload);
    GitSetup message;
    message.head = reader.text();
    message.detached = reader.u8() != 0;
    message.bundle = reader.u8() != 0;
    message.userName = reader.text();
    message.userEmail = reader.text();
    const std::uint32_t count = reader.u32();
    for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
        GitRemote remote;
        remote.name = reader.text();
        remote.url = reader.text();
        message.remotes.push_back(std::move(remote));
    }
    return whole(reader, std::move(message));
}

} // namespace core::sync
