#pragma once

namespace ui {

/// Lets screen readers read the terminal widget's text. To be called once, before the first
/// terminal is made; more calls do nothing.
void makeTerminalsReadable();

} // namespace ui
