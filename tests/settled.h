#pragma once

#include <QFuture>
#include <QTest>

/// The result of what should not take long on the slowest computer; without it the test program
/// ends.
template <typename R>
R settled(const QFuture<R> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 90'000))
        qFatal("waited in vain");
    return future.result();
}
