#include "core/tree/apply.h"

#include "core/tree/beneath.h"
#include "core/tree/names.h"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <utility>

namespace core::tree {

namespace {

unsigned currentMask()
{
    const mode_t mask = ::umask(077);
    ::umask(mask);
    return mask;
}

unsigned modeOf(const EntryPtr &wanted, unsigned base)
{
    base &= 0777U;
    const unsigned readers = base & 0444U;
    return wanted->executable ? base | (readers >> 2) : base & ~0111U;
}

/// The times a file of the first copy gets.
std::optional<std::array<timespec, 2>> timesOf(const EntryPtr &wanted)
{
    constexpr std::int64_t second = 1'000'000'000;
    if (wanted->stamp.mtimeNs <= 0)
        return std::nullopt;
    const timespec time{
        .tv_sec = wanted->stamp.mtimeNs / second, .tv_nsec = wanted->stamp.mtimeNs % second};
    return std::array<timespec, 2>{time, time};
}

/// Extended attributes and ACLs are the host's own; a new version keeps them where the file system
/// lets it.
void copyAttributes(int from, int to)
{
    std::array<char, 4096> names = {};
    const auto length = ::flistxattr(from, names.data(), names.size());
    for (ssize_t start = 0; start < length;) {
        const std::string name(names.data() + start);
        start += static_cast<ssize_t>(name.size()) + 1;
        std::array<char, 4096> value = {};
        const auto size = ::fgetxattr(from, name.c_str(), value.data(), value.size());
        const bool carried = name.starts_with("user.") || name == "system.posix_acl_access";
        if (size >= 0 && carried)
            (void)::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(size), 0);
    }
}

} // namespace

Applier::Applier(const Ground &ground, Stage &stage, ApplyOptions options)
    : m_ground(ground)
    , m_stage(stage)
    , m_options(std::move(options))
    , m_mask(currentMask())
    , m_versions(ground.versions, m_options.label)
{
}

std::vector<Outcome> Applier::apply(std::span<const Change> changes)
{
    m_uses.clear();
    for (const Change &change : changes)
        countUses(change.after);
    std::vector<Outcome> outcomes;
    outcomes.reserve(changes.size());
    for (const Change &change : changes) {
        m_outcome = {};
        m_outcome.now = applyOne(change);
        outcomes.push_back(std::exchange(m_outcome, {}));
    }
    if (m_options.flush) {
        for (const std::string &path : m_touched) {
            if (const auto directory = openDirectory(m_ground.root, path))
                ::fsync(directory->number());
        }
    }
    m_touched.clear();
    return outcomes;
}

void Applier::countUses(const EntryPtr &entry)
{
    if (!entry)
        return;
    if (entry->kind == Kind::File)
        ++m_uses[entry->id];
    for (const Child &child : entry->children)
        countUses(child.entry);
}

EntryPtr Applier::applyOne(const Change &wanted)
{
    if (wanted.path.empty() || !isLegalPath(wanted.path)) {
        fail(wanted.path, Obstacle::Failed);
        return wanted.before;
    }
    const SplitPath split = splitPath(wanted.path);
    const auto parent = openDirectory(m_ground.root, split.parent);
    if (!parent) {
        fail(wanted.path, Obstacle::ParentMissing);
        return wanted.before;
    }
    m_touched.emplace(split.parent);
    return change(
        {.directory = parent->number(), .path = wanted.path, .name = std::string(split.name)},
        wanted);
}

EntryPtr Applier::change(const Place &place, const Change &wanted)
{
    if (!wanted.before)
        return create(place, wanted.after);
    if (!wanted.after)
        return remove(place, wanted.before);
    const bool files = wanted.before->kind == Kind::File && wanted.after->kind == Kind::File;
    if (files && wanted.before->id == wanted.after->id)
        return setExecutable(place, wanted);
    if (!isDirectory(wanted.before) && !isDirectory(wanted.after))
        return replace(place, wanted);
    EntryPtr rest = remove(place, wanted.before);
    return rest || m_outcome.obstacle != Obstacle::None ? rest : create(place, wanted.after);
}

EntryPtr Applier::create(const Place &place, const EntryPtr &wanted)
{
    if (isDirectory(wanted))
        return createDirectory(place, wanted);
    if (m_options.inPlace && wanted->kind == Kind::File) {
        if (const std::string *const content = m_stage.held(wanted->id))
            return createInPlace(place, wanted, *content);
    }
    const auto name = prepare(wanted, nullptr);
    if (!name)
        return fail(place.path, name.error());
    const int stage = m_stage.directory();
    if (::renameat2(stage, name->c_str(), place.directory, place.name.c_str(), RENAME_NOREPLACE) ==
        0)
        return wanted;
    const int code = errno;
    ::unlinkat(stage, name->c_str(), 0);
    if (code == EEXIST)
        return fail(place.path, Obstacle::Changed);
    return fail(place.path, systemError("place", code).error());
}

EntryPtr Applier::createInPlace(
    const Place &place, const EntryPtr &wanted, const std::string &content)
{
    const Descriptor file(::openat(place.directory,
        place.name.c_str(),
        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
        modeOf(wanted, 0666U & ~m_mask)));
    if (!file && errno == EEXIST)
        return fail(place.path, Obstacle::Changed);
    if (!file)
        return fail(place.path, systemError("make file").error());
    if (const auto written = writeAll(file.number(), content); !written) {
        ::unlinkat(place.directory, place.name.c_str(), 0);
        return fail(place.path, written.error());
    }
    if (m_options.owner)
        (void)::fchown(file.number(), m_options.owner->first, m_options.owner->second);
    if (const auto times = timesOf(wanted); m_options.keepTimes && times)
        (void)::futimens(file.number(), times->data());
    return wanted;
}

EntryPtr Applier::createDirectory(const Place &place, const EntryPtr &wanted)
{
    if (::mkdirat(place.directory, place.name.c_str(), 0700) != 0) {
        if (errno == EEXIST)
            return fail(place.path, Obstacle::Changed);
        return fail(place.path, systemError("make directory").error());
    }
    const auto made = openDirectory(place.directory, place.name);
    if (!made)
        return fail(place.path, made.error());
    EntryPtr now = fillDirectory(place, made->number(), wanted);
    if (m_options.owner)
        (void)::fchown(made->number(), m_options.owner->first, m_options.owner->second);
    (void)::fchmod(made->number(), 0777U & ~m_mask);
    if (m_options.flush)
        ::fsync(made->number());
    return now;
}

EntryPtr Applier::fillDirectory(const Place &place, int made, const EntryPtr &wanted)
{
    std::vector<Child> children;
    children.reserve(wanted->children.size());
    for (const Child &child : wanted->children) {
        EntryPtr entry = create(
            {.directory = made, .path = joinPath(place.path, child.name), .name = child.name},
            child.entry);
        if (entry)
            children.push_back({.name = child.name, .entry = std::move(entry)});
    }
    if (children.size() == wanted->children.size() && m_outcome.obstacle == Obstacle::None)
        return wanted;
    return makeDirectory(std::move(children));
}

EntryPtr Applier::replace(const Place &place, const Change &wanted)
{
    const auto old = statusOf(place.directory, place.name);
    if (!old || !expected(place.directory, place.name, wanted.before, false)) {
        fail(place.path, Obstacle::Changed);
        return wanted.before;
    }
    const auto name = prepare(wanted.after, &*old);
    if (!name) {
        fail(place.path, name.error());
        return wanted.before;
    }
    const int stage = m_stage.directory();
    if (wanted.before->kind == Kind::File && wanted.after->kind == Kind::File) {
        const auto from = openFile(place.directory, place.name);
        const auto to = openFile(stage, *name);
        if (from && to)
            copyAttributes(from->number(), to->number());
    }
    if (::renameat2(stage, name->c_str(), place.directory, place.name.c_str(), RENAME_EXCHANGE) !=
        0) {
        const int code = errno;
        ::unlinkat(stage, name->c_str(), 0);
        fail(place.path, systemError("exchange", code).error());
        return wanted.before;
    }
    // Only now nobody else can reach the old file by its name: what came out decides.
    if (!expected(stage, *name, wanted.before, true)) {
        ::renameat2(stage, name->c_str(), place.directory, place.name.c_str(), RENAME_EXCHANGE);
        ::unlinkat(stage, name->c_str(), 0);
        fail(place.path, Obstacle::Changed);
        return wanted.before;
    }
    if (!keepVersion(*name, place.path)) {
        ::renameat2(stage, name->c_str(), place.directory, place.name.c_str(), RENAME_EXCHANGE);
        ::unlinkat(stage, name->c_str(), 0);
        return wanted.before;
    }
    return wanted.after;
}

EntryPtr Applier::setExecutable(const Place &place, const Change &wanted)
{
    const auto file = openFile(place.directory, place.name);
    struct stat status = {};
    if (!file || ::fstat(file->number(), &status) != 0 ||
        !expected(place.directory, place.name, wanted.before, false)) {
        fail(place.path, Obstacle::Changed);
        return wanted.before;
    }
    if (::fchmod(file->number(), modeOf(wanted.after, status.st_mode)) != 0) {
        fail(place.path, systemError("change mode").error());
        return wanted.before;
    }
    if (m_options.flush)
        ::fsync(file->number());
    return wanted.after;
}

Result<std::string> Applier::prepare(const EntryPtr &wanted, const struct ::stat *old)
{
    if (wanted->kind == Kind::File)
        return prepareFile(wanted, old);
    if (wanted->kind != Kind::Symlink)
        return malformed("neither a file nor a link");
    std::string name = m_stage.freshName();
    if (::symlinkat(wanted->target.c_str(), m_stage.directory(), name.c_str()) != 0)
        return systemError("make link");
    if (m_options.owner)
        (void)::fchownat(m_stage.directory(),
            name.c_str(),
            m_options.owner->first,
            m_options.owner->second,
            AT_SYMLINK_NOFOLLOW);
    return name;
}

Result<std::string> Applier::prepareFile(const EntryPtr &wanted, const struct ::stat *old)
{
    unsigned &uses = m_uses[wanted->id];
    auto name = m_stage.take(wanted->id, uses <= 1);
    if (!name)
        return name;
    uses -= uses > 0 ? 1 : 0;
    const bool wasFile = old != nullptr && S_ISREG(old->st_mode);
    const unsigned base = wasFile ? old->st_mode : 0666U & ~m_mask;
    const int stage = m_stage.directory();
    if (m_options.owner)
        (void)::fchownat(stage, name->c_str(), m_options.owner->first, m_options.owner->second, 0);
    if (::fchmodat(stage, name->c_str(), modeOf(wanted, base), 0) != 0)
        return systemError("change mode");
    if (const auto times = timesOf(wanted); m_options.keepTimes && times)
        (void)::utimensat(stage, name->c_str(), times->data(), AT_SYMLINK_NOFOLLOW);
    return name;
}

std::nullptr_t Applier::fail(const std::string &path, Obstacle obstacle)
{
    if (m_outcome.obstacle == Obstacle::None) {
        m_outcome.obstacle = obstacle;
        m_outcome.where = path;
    }
    return nullptr;
}

std::nullptr_t Applier::fail(const std::string &path, const Error &error)
{
    switch (error.code) {
    case ENOSPC:
    case EDQUOT:
        return fail(path, Obstacle::NoSpace);
    case EACCES:
    case EPERM:
    case EROFS:
        return fail(path, Obstacle::NotPermitted);
    case ENODATA:
        return fail(path, Obstacle::ContentMissing);
    case EINVAL:
    case EXDEV:
        return fail(path, Obstacle::NotSupported);
    default:
        return fail(path, Obstacle::Failed);
    }
}

} // namespace core::tree
