#pragma once

#include "core/guest/configuration.h"
#include "core/guest/outcome.h"

#include <cstdint>
#include <string>

namespace core::guest {

enum class ShutdownMode { PowerOff, Reboot };

/// What the control port can ask of this machine beside running commands. PID 1 is the real one.
class GuestServices
{
public:
    virtual ~GuestServices() = default;
    virtual Outcome<> configure(const Configuration &configuration) = 0;
    virtual Outcome<> setClock(std::int64_t realtimeNs) = 0;
    virtual Outcome<> reseed(std::string_view randomBytes) = 0;
    /// Begins it; the answer is still sent.
    virtual void shutDown(ShutdownMode mode) = 0;
    /// The JSON object of `GET /status`.
    virtual std::string status() const = 0;
    /// What every command finds in its environment.
    virtual Environment commandEnvironment() const = 0;
};

} // namespace core::guest
