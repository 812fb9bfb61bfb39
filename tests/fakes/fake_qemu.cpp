// A QEMU that runs no machine: it takes QEMU's arguments, speaks QMP and obeys a script. The script
// is the file given as -kernel, when that begins with "#fake-qemu": this way it reaches the fake
// inside a confinement too. One word a line:
//   silent            never greets                  exit N            ends before greeting
//   stderr TEXT       writes to standard error      console TEXT      writes a line to the console
//   poweroff, reset   the guest does, once started  signal N          ends by it, once started
//   refuse COMMAND    answers with an error         ignore COMMAND    never answers
//   split             writes a byte at a time       garbage           writes what is no QMP
// Every connection to a port is echoed.
#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Json = nlohmann::json;

struct Script
{
    std::vector<std::pair<std::string, std::string>> lines;

    [[nodiscard]] bool has(const std::string &word, const std::string &rest = {}) const
    {
        return std::ranges::contains(lines, std::pair(word, rest));
    }
};

Script readScript(const std::string &path)
{
    std::ifstream file(path);
    std::string line;
    Script script;
    if (!std::getline(file, line) || line != "#fake-qemu")
        return script;
    while (std::getline(file, line)) {
        const auto space = line.find(' ');
        script.lines.emplace_back(
            line.substr(0, space), space == std::string::npos ? "" : line.substr(space + 1));
    }
    return script;
}

std::string argumentAfter(const std::vector<std::string> &arguments, const std::string &option)
{
    const auto found = std::ranges::find(arguments, option);
    return found == arguments.end() || found + 1 == arguments.end() ? "" : *(found + 1);
}

/// The descriptors of the chardevs whose id begins with `id`: "socket,id=monitor,fd=7".
std::vector<int> chardevs(const std::vector<std::string> &arguments, const std::string &id)
{
    std::vector<int> descriptors;
    for (const auto &argument : arguments)
        if (argument.starts_with("socket,id=" + id))
            descriptors.push_back(std::stoi(argument.substr(argument.find("fd=") + 3)));
    return descriptors;
}

class FakeQemu
{
public:
    FakeQemu(Script script, const std::vector<std::string> &arguments)
        : m_script(std::move(script))
        , m_monitor(chardevs(arguments, "monitor,").at(0))
        , m_console(chardevs(arguments, "console").at(0))
        , m_listening(chardevs(arguments, "port-"))
    {
        ::fcntl(m_monitor, F_SETFL, 0); // nothing is lost when the reader is slow
        ::fcntl(m_console, F_SETFL, 0);
    }

    int run()
    {
        for (const auto &[word, rest] : m_script.lines) {
            if (word == "stderr")
                std::cerr << rest << '\n';
            if (word == "exit")
                return std::stoi(rest);
        }
        if (!m_script.has("silent"))
            write(
                R"({"QMP":{"version":{"qemu":{"major":10,"minor":0,"micro":0}},"capabilities":[]}})");
        while (!m_over)
            serve();
        return 0;
    }

private:
    void write(const std::string &line)
    {
        const auto whole = line + "\r\n";
        const size_t step = m_script.has("split") ? 1 : whole.size();
        for (size_t i = 0; i < whole.size(); i += step)
            if (::send(
                    m_monitor, whole.data() + i, std::min(step, whole.size() - i), MSG_NOSIGNAL) <
                0)
                return;
    }

    void serve()
    {
        std::vector<pollfd> watched{{m_monitor, POLLIN, 0}};
        for (const int descriptor : m_listening)
            watched.push_back({descriptor, POLLIN, 0});
        for (const int descriptor : m_connected)
            watched.push_back({descriptor, POLLIN, 0});
        if (::poll(watched.data(), watched.size(), -1) < 0)
            return;
        if (watched[0].revents)
            readCommands();
        for (size_t i = 1; i < watched.size(); ++i)
            if (watched[i].revents)
                i <= m_listening.size() ? accept(watched[i].fd) : echo(watched[i].fd);
    }

    void accept(int listening)
    {
        const int connection = ::accept(listening, nullptr, nullptr);
        if (connection >= 0)
            m_connected.push_back(connection);
    }

    void echo(int connection)
    {
        char buffer[4096];
        const auto count = ::read(connection, buffer, sizeof buffer);
        if (count > 0 && ::send(connection, buffer, static_cast<size_t>(count), MSG_NOSIGNAL) > 0)
            return;
        std::erase(m_connected, connection);
        ::close(connection);
    }

    void readCommands()
    {
        char buffer[4096];
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
        iovec part{buffer, sizeof buffer};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const auto count = ::recvmsg(m_monitor, &message, 0);
        if (count <= 0) {
            m_over = true;
            return;
        }
        if (const auto *header = CMSG_FIRSTHDR(&message); header && header->cmsg_type == SCM_RIGHTS)
            memcpy(&m_received, CMSG_DATA(header), sizeof m_received);
        m_pending.append(buffer, static_cast<size_t>(count));
        for (size_t end = m_pending.find('\n'); end != std::string::npos;
            end = m_pending.find('\n')) {
            obey(Json::parse(m_pending.substr(0, end), nullptr, false));
            m_pending.erase(0, end + 1);
        }
    }

    void obey(const Json &command)
    {
        const auto name = command.value("execute", "");
        const Json id = command.contains("id") ? command["id"] : Json();
        if (m_script.has("ignore", name))
            return;
        if (m_script.has("refuse", name))
            return write(
                Json{{"id", id}, {"error", {{"class", "GenericError"}, {"desc", "no"}}}}.dump());
        if (name == "stop" || name == "cont")
            event(name == "stop" ? "STOP" : "RESUME", Json::object());
        if (name == "dump-guest-memory" && m_received >= 0) [[maybe_unused]]
            const auto written = ::write(m_received,
                "\x7f"
                "ELF",
                4);
        write(Json{{"return", Json::object()}, {"id", id}}.dump());
        if (name == "qmp_capabilities")
            begin();
        if (name == "quit")
            shutDown("host-qmp-quit");
        if (name == "system_powerdown")
            shutDown("guest-shutdown");
    }

    void begin()
    {
        for (const auto &[word, rest] : m_script.lines) {
            if (word == "console")
                ::send(m_console, (rest + "\n").data(), rest.size() + 1, MSG_NOSIGNAL);
            if (word == "garbage")
                write("what?");
            if (word == "poweroff")
                shutDown("guest-shutdown");
            if (word == "reset")
                shutDown("guest-reset");
            if (word == "signal")
                ::raise(std::stoi(rest));
        }
    }

    void event(const std::string &name, const Json &data)
    {
        write(Json{
            {"event", name}, {"data", data}, {"timestamp", {{"seconds", 0}, {"microseconds", 0}}}}
                .dump());
    }

    void shutDown(const std::string &reason)
    {
        event("SHUTDOWN", {{"guest", reason.starts_with("guest")}, {"reason", reason}});
        m_over = true;
    }

    Script m_script;
    int m_monitor;
    int m_console;
    std::vector<int> m_listening;
    std::vector<int> m_connected;
    std::string m_pending;
    int m_received = -1;
    bool m_over = false;
};

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (std::ranges::contains(arguments, "--version")) {
        std::cout << "QEMU emulator version 10.0.0 (fake)\n";
        return 0;
    }
    if (argumentAfter(arguments, "-machine") == "help") {
        std::cout
            << "Supported machines are:\npc-q35-10.0          Standard PC (Q35 + ICH9, 2009)\n";
        return 0;
    }
    if (argumentAfter(arguments, "-accel") == "help") {
        std::cout << "Accelerators supported in QEMU binary:\ntcg\n";
        return 0;
    }
    return FakeQemu(readScript(argumentAfter(arguments, "-kernel")), arguments).run();
}
