#pragma once

#include "core/async/steps.h"

#include <QList>
#include <QPromise>

#include <memory>
#include <optional>
#include <utility>

namespace core {

/// How something ends that many wait for, before and after it has ended. A QFuture itself takes one
/// continuation only.
class Outcome
{
public:
    [[nodiscard]] Future<> future()
    {
        if (m_result)
            return ready(Result<>(*m_result));
        auto waiting = std::make_shared<QPromise<Result<>>>();
        waiting->start();
        m_waiting << waiting;
        return waiting->future();
    }
    /// The first call counts.
    void settle(const Result<> &result)
    {
        if (m_result)
            return;
        m_result = result;
        for (const auto &waiting : std::exchange(m_waiting, {})) {
            waiting->addResult(result);
            waiting->finish();
        }
    }
    [[nodiscard]] bool isSettled() const { return m_result.has_value(); }

private:
    std::optional<Result<>> m_result;
    QList<std::shared_ptr<QPromise<Result<>>>> m_waiting; // shared since QList copies
};

} // namespace core
