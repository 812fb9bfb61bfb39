#pragma once

#include "vmm/result.h"

#include <QFuture>

#include <utility>

namespace vmm {

/// One answer to one question, later. A future whose object was deleted ends cancelled.
template <typename T = void>
using Future = QFuture<Result<T>>;

template <typename T>
Future<T> ready(T value)
{
    return QtFuture::makeReadyValueFuture(Result<T>(std::move(value)));
}

inline Future<> done()
{
    return QtFuture::makeReadyValueFuture(Result<>());
}

template <typename T = void>
Future<T> failed(Error::Kind kind, const QString &detail)
{
    return QtFuture::makeReadyValueFuture(
        Result<T>(std::unexpected(Error{.kind = kind, .detail = detail})));
}

} // namespace vmm
