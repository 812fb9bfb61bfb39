#include "core/gateway/program.h"

#include "core/gateway/confinement.h"
#include "core/gateway/connection.h"
#include "core/gateway/control_channel.h"
#include "core/gateway/egress_port.h"
#include "core/gateway/gateway.h"

#include <algorithm>
#include <array>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <span>

namespace core::gateway {

namespace {

using nlohmann::json;

constexpr std::size_t maxConnections = 512;
constexpr double newPerSecond = 100;
constexpr double newAtOnce = 200;
constexpr std::string_view proxyAuthority = "gateway.sandbox.internal:3128";

std::string lineOf(const json &message)
{
    return message.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

std::string textOf(const json &message, const char *name)
{
    const auto found = message.find(name);
    return found != message.end() && found->is_string() ? found->get<std::string>() : "";
}

class Program
{
public:
    explicit Program(const Descriptors &descriptors)
        : m_descriptors(descriptors)
        , m_control(
              m_context.get_executor(),
              descriptors.control,
              [this](const std::string &line) { received(line); },
              [this] { m_context.stop(); })
    {
    }

    int run()
    {
        m_control.start();
        m_context.run();
        m_control.flush();
        return m_exitCode;
    }

private:
    void received(const std::string &line);
    void configure(json &message);
    void setPolicy(const json &message);
    void setSecret(json &message);
    void check(const json &message);
    void stop(const std::string &reason, int exitCode);
    void opened(const PortRequest &request);
    void resolve(const PortRequest &request);
    void connect(const PortRequest &request);
    void spawn(Async<void> work);
    bool admits();

    Descriptors m_descriptors;
    asio::io_context m_context{1};
    ControlChannel m_control;
    std::unique_ptr<Gateway> m_gateway;
    std::unique_ptr<EgressPort> m_port;
    std::size_t m_open = 0;
    double m_admissions = newAtOnce; ///< a bucket that fills with time
    std::chrono::steady_clock::time_point m_admitted;
    int m_exitCode = 0;
};

void Program::received(const std::string &line)
{
    auto message = json::parse(line, nullptr, false);
    if (!message.is_object())
        return stop("the control channel carried no JSON object", 1);
    const auto type = textOf(message, "type");
    if (type == "configure" && !m_gateway)
        return configure(message);
    if (!m_gateway)
        return stop("a message came before “configure”", 1);
    if (type == "policy")
        setPolicy(message);
    else if (type == "credential")
        setSecret(message);
    else if (type == "check")
        check(message);
}

void Program::stop(const std::string &reason, int exitCode)
{
    m_control.send(lineOf({{"type", "stopped"}, {"reason", reason}}));
    m_exitCode = exitCode;
    m_context.stop();
}

void Program::configure(json &message)
{
    auto settings = settingsOf(message);
    if (!settings)
        return stop(settings.error(), 1);
    auto gateway = Gateway::create(std::move(*settings),
        {.log = m_descriptors.log, .blobs = m_descriptors.blobs},
        [this](const std::string &line) { m_control.send(line); });
    if (!gateway)
        return stop(gateway.error(), 1);
    m_gateway = std::move(*gateway);
    const std::array blobs{m_descriptors.blobs};
    const auto confinement =
        confineGateway(std::span(blobs).first(m_gateway->blobs() != nullptr ? blobs.size() : 0));
    setPolicy(message);
    m_port = std::make_unique<EgressPort>(
        m_context.get_executor(),
        m_descriptors.port,
        [this](const PortRequest &request) { opened(request); },
        [this](const std::string &reason) { stop(reason, 0); });
    m_control.send(lineOf({{"type", "ready"}, {"confinement", confinement}}));
    m_port->start();
}

/// A policy with a fault changes nothing: the last good one stays, or the empty one, which denies
/// all.
void Program::setPolicy(const json &message)
{
    json diagnostics = json::array();
    const auto texts = policyTexts(message);
    if (!texts) {
        diagnostics.push_back(
            {{"source", "mode"}, {"line", 1}, {"column", 1}, {"message", texts.error()}});
    } else {
        auto made = policy::effectivePolicy(*texts);
        for (const auto &each : made.diagnostics)
            if (each.severity == policy::Diagnostic::Severity::Error)
                diagnostics.push_back({{"source", each.source},
                    {"line", each.line},
                    {"column", each.column},
                    {"message", each.message}});
        if (made.policy)
            m_gateway->setPolicy(std::move(*made.policy));
    }
    m_control.send(lineOf({{"type", "policy"},
        {"epoch", m_gateway->epoch()},
        {"diagnostics", std::move(diagnostics)}}));
}

void Program::setSecret(json &message)
{
    m_gateway->setSecret(textOf(message, "service"), takeSecret(message, "secret"));
}

void Program::check(const json &message)
{
    const auto request = policy::requestFromPerson(textOf(message, "destination"));
    json answer{{"type", "checked"}, {"id", message.value("id", json())}};
    if (!request) {
        answer.update(
            {{"verdict", "reject"}, {"reason", "bad-host"}, {"rule", ""}, {"source", ""}});
    } else {
        const auto decision = m_gateway->decide(*request);
        answer.update({{"verdict", policy::code(decision.verdict)},
            {"reason", policy::code(decision.reason)},
            {"rule", decision.rule ? decision.rule->text : ""},
            {"source",
                decision.rule ? decision.rule->source + ":" + std::to_string(decision.rule->line)
                              : ""},
            {"text", policy::explain(decision)}});
    }
    m_control.send(lineOf(answer));
}

void Program::opened(const PortRequest &request)
{
    if (request.method == "GET" && request.path.starts_with("/resolve?name="))
        return resolve(request);
    if (request.method != "CONNECT")
        return m_port->answer(request.stream, 400, {{"x-sandbox-reason", "protocol"}});
    connect(request);
}

/// Every name that could be reached at all gets an address, denied ones too: a refused connection
/// can say why, a name that does not resolve cannot. Nothing is asked upstream.
void Program::resolve(const PortRequest &request)
{
    policy::Request query;
    query.protocol = policy::Protocol::Dns;
    query.host = request.path.substr(std::string_view("/resolve?name=").size());
    query.port = "53";
    query.method = "A";
    query.httpHost = query.host;
    const auto decision = m_gateway->decide(query);
    const bool answered = decision.verdict == policy::Verdict::Allow || decision.host.isService() ||
                          decision.host.name == policy::gatewayName ||
                          decision.reason == policy::Reason::Default ||
                          decision.reason == policy::Reason::Rule;
    if (answered && !decision.host.address)
        return m_port->answer(request.stream, 200, {});
    Record record;
    record.path = "dns";
    record.protocol = "dns";
    record.host = decision.host.name;
    record.port = 53;
    record.method = "A";
    describe(record, decision);
    m_gateway->log(record);
    m_port->answer(
        request.stream, 404, {{"x-sandbox-reason", std::string(policy::code(decision.reason))}});
}

bool Program::admits()
{
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - m_admitted;
    m_admitted = now;
    m_admissions = std::min(newAtOnce, m_admissions + passed.count() * newPerSecond);
    if (m_open >= maxConnections || m_admissions < 1)
        return false;
    m_admissions -= 1;
    return true;
}

void Program::connect(const PortRequest &request)
{
    if (!admits())
        return m_port->answer(request.stream, 503, {{"x-sandbox-reason", "busy"}});
    if (request.source == "proxy" && request.authority == proxyAuthority) {
        if (auto stream = m_port->accept(request.stream))
            spawn(serveProxy(*m_gateway, std::move(stream)));
        return;
    }
    auto opening = openingOf(*m_gateway, request.authority, "transparent");
    // What is asked in clear text on port 80 gets its denial in clear text, too.
    const bool explained = opening.port == 80 && (!opening.refused || opening.refused->verdict !=
                                                                          policy::Verdict::Reject);
    if (opening.refused && !explained) {
        logRefusal(*m_gateway, opening);
        return m_port->answer(request.stream,
            403,
            {{"x-sandbox-reason", std::string(policy::code(opening.refused->reason))}});
    }
    if (auto stream = m_port->accept(request.stream))
        spawn(serveConnection(*m_gateway, std::move(stream), std::move(opening)));
}

void Program::spawn(Async<void> work)
{
    ++m_open;
    // What a library throws inside (a cancelled operation, memory) ends that connection only.
    asio::co_spawn(m_context, std::move(work), [this](const std::exception_ptr &) { --m_open; });
}

} // namespace

int runGateway(const Descriptors &descriptors)
{
    std::signal(SIGPIPE, SIG_IGN);
    // Never destroyed: connections that are under way would call into what is being taken apart.
    auto *program = new Program(descriptors);
    return program->run();
}

} // namespace core::gateway
