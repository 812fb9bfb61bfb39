#pragma once

#include "core/policy/decide.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace core::gateway {

/// One event of the network, as security.md §3.7 lists its members. It never holds a secret, a
/// query or a user name.
struct Record
{
    std::string path; ///< "proxy", "transparent" or "dns"
    std::string protocol;
    std::string host;
    std::uint16_t port = 0;
    std::vector<policy::Address> addresses;
    std::string sni;
    std::string method;
    std::string urlPath; ///< without query
    std::string verdict;
    std::string reason;
    std::string rule;
    std::string ruleOrigin; ///< "sandbox:3"
    std::uint64_t epoch = 0;
    std::string credential; ///< the service, never the key
    std::uint64_t connection = 0;
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
    int upstreamStatus = 0;
    bool cached = false; ///< what the server would have sent was here already
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

/// Copies what a decision says into a record.
void describe(Record &record, const policy::Decision &decision);

/// Writes records as JSON lines: pure ASCII, each at most 2 KiB, at most 200 a second; what is
/// beyond is counted.
class ConnectionLog
{
public:
    using Line = std::function<void(const std::string &line)>;

    /// `descriptor` is open for appending and stays the caller's. `announce` gets each line with
    /// "type":"connection".
    ConnectionLog(int descriptor, std::string sandbox, Line announce);

    void write(const Record &record);

private:
    bool withinRate();

    int m_descriptor;
    std::string m_sandbox;
    Line m_announce;
    std::uint64_t m_sequence = 0;
    std::uint64_t m_dropped = 0;
    int m_thisSecond = 0;
    std::chrono::steady_clock::time_point m_second;
};

} // namespace core::gateway
