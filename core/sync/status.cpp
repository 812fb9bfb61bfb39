#include "core/sync/status.h"

#include <utility>

namespace core::sync {

std::string_view nameOf(State state)
{
    switch (state) {
    case State::Disconnected:
        return "disconnected";
    case State::Seeding:
        return "seeding";
    case State::Scanning:
        return "scanning";
    case State::Idle:
        return "idle";
    case State::Syncing:
        return "syncing";
    case State::Paused:
        return "paused";
    case State::Halted:
        return "halted";
    case State::DiskFull:
        return "diskFull";
    case State::Off:
        return "off";
    }
    std::unreachable();
}

std::string describe(tree::Cause cause)
{
    using tree::Cause;
    switch (cause) {
    case Cause::None:
        return "cannot be synchronized";
    case Cause::SpecialFile:
        return "not a file, a folder or a link";
    case Cause::IllegalName:
        return "the name is not allowed";
    case Cause::OtherFileSystem:
        return "another file system is mounted there";
    case Cause::Unreadable:
        return "cannot be read";
    case Cause::TooDeep:
        return "nested too deeply";
    case Cause::TooMany:
        return "too many files";
    case Cause::LinkTooLong:
        return "the link is too long";
    case Cause::GitMetadata:
        return "git metadata made in the sandbox stays there";
    case Cause::RepositoryShape:
        return "the folder would work as a git repository on the host";
    case Cause::LinkLeaves:
        return "the link leaves the workspace";
    }
    std::unreachable();
}

std::string describe(tree::Obstacle obstacle)
{
    using tree::Obstacle;
    switch (obstacle) {
    case Obstacle::None:
        return {};
    case Obstacle::Changed:
        return "changed while it was being synchronized";
    case Obstacle::UnknownContent:
        return "the folder holds content that is not synchronized";
    case Obstacle::ParentMissing:
        return "the folder above it is gone";
    case Obstacle::ContentMissing:
        return "its content changed while it was being sent";
    case Obstacle::NoSpace:
        return "the disk is full";
    case Obstacle::NotPermitted:
        return "no permission";
    case Obstacle::NotSupported:
        return "the file system cannot replace files safely";
    case Obstacle::Failed:
        return "could not be written";
    }
    std::unreachable();
}

} // namespace core::sync
