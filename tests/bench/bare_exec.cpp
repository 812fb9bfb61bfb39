// The least client of a guest agent: bench_bare_exec SOCKET PROGRAM [ARGUMENT…] runs one program as
// the user "agent" over the control port and ends with its exit code. Nothing is configured first.
#include "core/link/channel_frames.h"
#include "tests/bench/bare_link.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

using namespace core::link;
using Json = nlohmann::json;

namespace {

class BareExec
{
public:
    explicit BareExec(const char *path)
        : m_link(path,
              {.opened = {},
                  .answered = {},
                  .data = [this](auto stream, auto bytes) { take(stream, bytes); },
                  .ended = {},
                  .closed = {},
                  .writable = {}})
    {
    }

    int run(const Json &argv)
    {
        const Json spec{{"spec",
            {{"argv", argv},
                {"env", Json::object()},
                {"cwd", "/"},
                {"user", "agent"},
                {"terminal", nullptr}}}};
        const auto stream = m_link.request("POST", "/exec", false);
        (void)m_link.session().write(stream, encodeFrame(Channel::Control, spec.dump()));
        while (!m_code)
            m_link.turn();
        return *m_code;
    }

private:
    void take(StreamId stream, BytesView bytes)
    {
        m_link.session().consumed(stream, bytes.size());
        const auto parts = m_reader.feed(bytes);
        if (!parts)
            giveUp(parts.error().detail);
        for (const auto &part : *parts) {
            if (part.channel != Channel::Control)
                print(part.bytes);
            else if (const Json told = Json::parse(part.bytes, nullptr, false);
                told.contains("exit"))
                m_code = told["exit"].value("code", 124);
            else if (told.contains("failed"))
                giveUp(told["failed"].get<std::string>());
        }
    }

    static void print(BytesView bytes)
    {
        std::fwrite(bytes.data(), 1, bytes.size(), stdout);
        std::fflush(stdout);
    }

    BareLink m_link;
    ChannelReader m_reader;
    std::optional<int> m_code;
};

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        giveUp("usage: bench_bare_exec SOCKET PROGRAM [ARGUMENT…]");
    return BareExec(argv[1]).run(std::vector<std::string>(argv + 2, argv + argc));
}
