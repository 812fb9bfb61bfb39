#include "core/gateway/connection_log.h"

#include "core/gateway/injection.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace core::gateway {

namespace {

constexpr int recordsPerSecond = 200;
constexpr std::size_t maxText = 256;
constexpr std::size_t maxLoggedAddresses = 8;

std::string bounded(const std::string &text)
{
    return text.size() <= maxText ? text : text.substr(0, maxText) + "…";
}

nlohmann::json toJson(const Record &record)
{
    using namespace std::chrono;
    nlohmann::json ips = nlohmann::json::array();
    for (std::size_t i = 0; i < std::min(record.addresses.size(), maxLoggedAddresses); ++i)
        ips.push_back(policy::toText(record.addresses[i]));
    nlohmann::json json{
        {"ts", duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()},
        {"mono", duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count()},
        {"conn", record.connection},
        {"path", record.path},
        {"proto", record.protocol},
        {"host", bounded(record.host)},
        {"port", record.port},
        {"ips", ips},
        {"sni", bounded(record.sni)},
        {"method", record.method},
        {"url_path", bounded(record.urlPath)},
        {"verdict", record.verdict},
        {"reason", record.reason},
        {"rule_id", bounded(record.rule)},
        {"rule_origin", record.ruleOrigin},
        {"epoch", record.epoch},
        {"credential_id", record.credential},
        {"bytes_up", record.bytesUp},
        {"bytes_down", record.bytesDown},
        {"ms", duration_cast<milliseconds>(steady_clock::now() - record.begun).count()},
        {"upstream_status", record.upstreamStatus}};
    if (record.cached)
        json["cached"] = true;
    return json;
}

} // namespace

void describe(Record &record, const policy::Decision &decision)
{
    record.verdict = policy::code(decision.verdict);
    record.reason = policy::code(decision.reason);
    if (!decision.host.name.empty())
        record.host = decision.host.name;
    if (decision.port != 0)
        record.port = decision.port;
    // A placeholder in a path is no secret, but nothing that looks like a key belongs in a log.
    if (!decision.path.empty() && decision.path.find(placeholderInfix) == std::string::npos)
        record.urlPath = decision.path;
    if (decision.rule) {
        record.rule = decision.rule->text;
        record.ruleOrigin = decision.rule->source + ":" + std::to_string(decision.rule->line);
    }
}

ConnectionLog::ConnectionLog(int descriptor, std::string sandbox, Line announce)
    : m_descriptor(descriptor)
    , m_sandbox(std::move(sandbox))
    , m_announce(std::move(announce))
{
}

bool ConnectionLog::withinRate()
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_second >= std::chrono::seconds(1)) {
        m_second = now;
        m_thisSecond = 0;
    }
    return ++m_thisSecond <= recordsPerSecond;
}

void ConnectionLog::write(const Record &record)
{
    if (!withinRate()) {
        ++m_dropped;
        return;
    }
    auto json = toJson(record);
    json["seq"] = ++m_sequence;
    json["sandbox"] = m_sandbox;
    if (m_dropped > 0)
        json["dropped"] = std::exchange(m_dropped, 0);
    json["type"] = "connection";
    const auto line = json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
    // One write for one line: the file is open for appending, and a torn line would be no JSON.
    (void)!::write(m_descriptor, line.data(), line.size());
    m_announce(line);
}

} // namespace core::gateway
