#pragma once

namespace core::gateway {

/// The descriptors paddock-gateway is started with (core/warden/PROCESSES.md).
struct Descriptors
{
    int control = 3;
    int log = 4;
    int port = 5;
    int blobs = 6; ///< a directory; given when the configuration has a cache
};

/// Runs the gateway of one sandbox until its control channel or its port closes. Returns the exit
/// code.
int runGateway(const Descriptors &descriptors);

} // namespace core::gateway
