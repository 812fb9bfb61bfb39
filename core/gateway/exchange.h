#pragma once

#include "core/gateway/byte_stream.h"
#include "core/gateway/http_head.h"
#include "core/gateway/redaction.h"
#include "core/gateway/splice.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace core::gateway {

/// Carries one request to a server and its response back, each taken apart and written anew; bodies
/// stream.
class Exchange
{
public:
    enum class End {
        Kept,      ///< complete, and both connections can carry another request
        Closed,    ///< complete, but a connection has to end
        NoAnswer,  ///< the server ended before its first byte; nothing was sent to the client
        BadAnswer, ///< the server's head is not HTTP; nothing was sent to the client
        Broken,    ///< something failed half way
        Withheld,  ///< `withhold` kept the answer; nothing was sent to the client
    };

    struct Wish
    {
        bool keepAlive = true; ///< of the client
        bool webSocket = false;
        bool expectsContinue = false;
        Redactor redactor = {}; ///< of the key that was put in
        /// Sees the final answer before the client does, and may change its headers; true: it is
        /// not for the client.
        std::function<bool(ResponseHead &)> withhold = {};
        std::function<void(std::string_view)> copy = {}; ///< gets the body that the client gets
    };

    Exchange(PeekedStream &client, PeekedStream &upstream, RequestHead head, Wish wish);

    Async<End> run();

    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] const Traffic &traffic() const { return m_traffic; }
    [[nodiscard]] const std::string &detail() const { return m_detail; }

private:
    Async<void> upload();
    Async<bool> sendBody();
    Async<End> respond();
    Async<std::optional<ResponseHead>> finalHead();
    Async<std::optional<ResponseHead>> readHead();
    Async<bool> sendHead(const ResponseHead &head, bool close);
    Async<bool> receiveBody(const ResponseHead &head);
    Async<End> upgraded(const ResponseHead &head);

    PeekedStream &m_client;
    PeekedStream &m_upstream;
    RequestHead m_head;
    Wish m_wish;
    Traffic m_traffic;
    int m_status = 0;
    bool m_uploaded = false;
    bool m_answered = false; ///< the server has sent a byte
    std::string m_detail;
};

/// Takes the key out of an answer's head.
void redact(ResponseHead &head, const Redactor &redactor);

} // namespace core::gateway
