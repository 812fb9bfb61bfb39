#pragma once

#include <functional>

class QWidget;

namespace ui {

/// Asks how many copies of a sandbox are wanted, beside what else goes on; `chosen` is called with
/// 1 to 32 unless the user gives up.
void askForks(QWidget *parent, const std::function<void(int)> &chosen);

} // namespace ui
