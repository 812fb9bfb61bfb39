#pragma once

#include "core/sync/codec.h"
#include "core/tree/change.h"
#include "core/tree/descriptor.h"
#include "core/tree/stage.h"

#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace core::sync {

/// The content that changes need, each digest once, without what is staged already. Paths lead to
/// it on the side that has it.
[[nodiscard]] std::vector<NeededFile> neededBy(
    std::span<const tree::Change> changes, const tree::Stage &stage);
[[nodiscard]] std::vector<NeededFile> neededBy(std::span<const tree::Change> changes);
/// The frames that ask for files.
void appendNeed(std::string &output, const std::vector<NeededFile> &files);

/// Reads files below a root and makes frames of them, a little at a time: small ones several in a
/// frame, larger ones in pieces. A file that is gone is told with a Missing frame; one that changed
/// comes out wrong and fails its check.
class ContentSource
{
public:
    explicit ContentSource(int root)
        : m_root(root)
    {
    }
    void add(std::vector<NeededFile> files);
    void cancel();
    /// Appends frames until `output` has at least `enough` bytes or nothing is left.
    void fill(std::string &output, std::size_t enough);
    [[nodiscard]] bool isDone() const { return m_files.empty() && !m_open && m_small.empty(); }

    [[nodiscard]] std::uint64_t doneFiles() const { return m_doneFiles; }
    [[nodiscard]] std::uint64_t doneBytes() const { return m_doneBytes; }
    void resetCounters() { m_doneFiles = m_doneBytes = 0; }

private:
    void begin(std::string &output);
    void addSmall(std::string &output, const NeededFile &file, int descriptor);
    void proceed(std::string &output);
    void flushSmall(std::string &output);

    int m_root;
    std::deque<NeededFile> m_files;
    tree::Descriptor m_open;
    std::uint64_t m_left = 0;
    std::string m_small;
    std::string m_buffer;
    std::uint64_t m_doneFiles = 0;
    std::uint64_t m_doneBytes = 0;
};

enum class Accept { Anything, Awaited }; ///< Awaited: content nobody asked for ends the session

/// Whether small files wait on the disk or in memory.
enum class SmallFiles { Staged, Held };

/// Takes content frames into a stage. What does not match its digest is dropped.
class ContentSink
{
public:
    ContentSink(tree::Stage &stage, Accept accept, SmallFiles smallFiles = SmallFiles::Staged)
        : m_stage(stage)
        , m_accept(accept)
        , m_smallFiles(smallFiles)
    {
    }
    void await(const std::vector<NeededFile> &files, tree::Flush flush);
    void cancel();
    /// Takes a Small, Begin, Data, End or Missing frame. Fails with Malformed when it is none of
    /// what may come now.
    [[nodiscard]] tree::Result<> take(const Frame &frame);
    [[nodiscard]] bool isDone() const { return m_awaited.empty(); }
    /// Whether something was dropped since the last `await` for lack of space.
    [[nodiscard]] bool isFull() const { return m_full; }

    [[nodiscard]] std::uint64_t doneFiles() const { return m_doneFiles; }
    [[nodiscard]] std::uint64_t doneBytes() const { return m_doneBytes; }
    void resetCounters() { m_doneFiles = m_doneBytes = 0; }

private:
    tree::Result<> stageSmall(const SmallFile &file);
    tree::Result<> takeSmall(std::string_view payload);
    tree::Result<> takeBegin(std::string_view payload);
    bool isAwaited(const tree::Digest &digest, std::uint64_t size) const;
    void settle(const tree::Digest &digest);
    void note(const tree::Result<> &result);

    tree::Stage &m_stage;
    Accept m_accept;
    SmallFiles m_smallFiles;
    tree::Flush m_flush = tree::Flush::Later;
    std::map<tree::Digest, std::uint64_t> m_awaited;
    bool m_receiving = false;
    tree::Digest m_current = {};
    bool m_full = false;
    std::uint64_t m_doneFiles = 0;
    std::uint64_t m_doneBytes = 0;
};

} // namespace core::sync
