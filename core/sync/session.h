#pragma once

#include "core/tree/error.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace core::sync {

/// The host's end of the sync port. Bytes of the port go in through `receive` and out through
/// `fill`; files are read and changed inside the calls. Nothing here blocks on the guest. One
/// thread.
class Session
{
public:
    virtual ~Session() = default;

    virtual void connected() = 0; ///< the port's greeting is done
    virtual void disconnected(const std::string &reason) = 0;
    /// Takes bytes from the port. After an error the guest is not to be trusted with this
    /// connection: close it.
    [[nodiscard]] virtual tree::Result<> receive(std::string_view bytes) = 0;
    /// Appends what is to be sent, about `enough` bytes.
    virtual void fill(std::string &output, std::size_t enough) = 0;
    /// Begins what is due. Call when the watcher is readable and after every other call. Returns
    /// after how many ms to call again at the latest.
    virtual int tick() = 0;
    /// The guest has not answered for so long (30 s) that the port should be greeted again.
    [[nodiscard]] virtual bool isStalled() const = 0;

    virtual void syncNow() = 0;
    virtual void pause() = 0;
    virtual void resume() = 0;
    virtual void answer(bool apply) = 0;
    virtual void stop() = 0; ///< what is under way is ended, then `isFinished`
    [[nodiscard]] virtual bool isFinished() const = 0;

protected:
    Session() = default;
    Session(const Session &) = default;
    Session &operator=(const Session &) = default;
};

} // namespace core::sync
