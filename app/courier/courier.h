#pragma once

#include "app/courier/control_channel.h"
#include "core/link/greeting.h"
#include "core/sync/ancestor_store.h"
#include "core/sync/review_session.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

/// The descriptors the warden hands over.
struct Descriptors
{
    int control = 3;
    int port = 4;
    int workspace = 5;
    int sync = 6;
    int versions = 7;
    int bundle = 8;
};

/// The courier's one thread: the control channel, the sync port and the watcher of the workspace.
class Courier
{
public:
    Courier(const Descriptors &descriptors, const std::string &confinement);

    /// Until the warden says stop, or it or the machine is gone; the exit status.
    int run();

private:
    void take(const Request &request);
    void configure(const Configure &configure);
    void obey(Order order);
    void lookAt(const core::sync::ReviewRequest &request);
    void refuse(const std::string &reason);
    core::sync::HostEvents events();
    core::sync::ReviewEvents reviewEvents();
    void greet();
    void readPort();
    void writePort();
    int waitMs();
    bool isDone() const;

    Descriptors m_descriptors;
    ControlChannel m_control;
    std::unique_ptr<core::sync::HostSide> m_side;
    std::optional<core::sync::AncestorStore> m_store;
    std::unique_ptr<core::sync::Session> m_session;
    core::sync::ReviewSession *m_review = nullptr; ///< the session, where it is one
    std::optional<core::link::HostGreeting> m_greeting;
    std::int64_t m_greetAgainMs = 0;
    bool m_connected = false; ///< the greeting is done
    bool m_portClosed = false;
    bool m_stopping = false;
    std::string m_refusal; ///< why there is no session
    std::string m_output;
};
