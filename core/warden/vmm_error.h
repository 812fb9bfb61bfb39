#pragma once

#include "core/async/steps.h"
#include "vmm/result.h"

namespace core {

/// What a failure of the machine means for the one who started it.
Error fromVmm(const vmm::Error &error);

template <typename T>
Result<T> fromVmm(vmm::Result<T> result)
{
    if (!result)
        return std::unexpected(fromVmm(result.error()));
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return std::move(*result);
}

template <typename T>
Future<T> fromVmm(QObject *context, QFuture<vmm::Result<T>> future)
{
    return future.then(context, [](vmm::Result<T> result) { return fromVmm(std::move(result)); });
}

} // namespace core
