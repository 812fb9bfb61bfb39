#pragma once

#include "core/sync/codec.h"
#include "core/sync/review_session.h"
#include "core/sync/status.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What the warden asks; core/warden/PROCESSES.md has the words.
struct Configure
{
    std::string workspace;
    bool allowSecretFiles = false;
    bool recovery = false;
    bool restored = false;
    bool versionsDirectory = false;
    bool review = false; ///< a fork: nothing is carried by itself
    std::optional<core::sync::GitSetup> git;
};
enum class Order { Sync, Pause, Resume, Apply, Discard, Stop };
using Request = std::variant<Configure, Order, core::sync::ReviewRequest>;

/// JSON lines with the warden over a descriptor that does not block.
class ControlChannel
{
public:
    explicit ControlChannel(int descriptor)
        : m_descriptor(descriptor)
    {
    }

    /// The requests that have arrived. Empty and `isClosed` at the end.
    std::vector<Request> read();
    [[nodiscard]] bool isClosed() const { return m_closed; }
    [[nodiscard]] bool wantsToWrite() const { return !m_output.empty(); }
    void write();

    void ready(const std::string &confinement);
    void status(const core::sync::Status &status);
    void plain(std::string_view type); ///< a message without members: seeded, settled
    void conflicts(const std::vector<core::sync::ListedConflict> &items);
    void problems(const std::vector<core::sync::ListedProblem> &items);
    void question(const core::sync::Question *question); ///< null: it is answered
    void excluded(const std::vector<std::string> &paths);

    // The answers of a review, in review_messages.cpp; the lists are bounded, and the numbers tell.
    void reviewed(
        std::uint64_t id, const core::sync::Review &review, const core::tree::Stage &stage);
    void accepted(std::uint64_t id, const core::sync::Acceptance &acceptance);
    void reviewFailed(std::uint64_t id, const std::string &reason);

private:
    int m_descriptor;
    std::string m_input;
    std::string m_output;
    bool m_closed = false;
};

/// The request in a line, or nothing when it is none.
std::optional<Request> parseRequest(std::string_view line);
/// Appends a message with its line end.
void appendMessage(std::string &output, const nlohmann::json &message);
/// A path as text: bytes that are no UTF-8 as "\xNN".
std::string printable(std::string_view bytes);
