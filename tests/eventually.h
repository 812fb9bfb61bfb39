#pragma once

#include <QTest>

/// QTest's own five seconds are too few for starting a program on a busy machine under the
/// sanitizers; how long a test waits for what comes in the end decides nothing but how long a
/// failure takes.
#undef QTRY_VERIFY
#undef QTRY_COMPARE
#define QTRY_VERIFY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, 30'000)
#define QTRY_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT(actual, expected, 30'000)
