#pragma once

#include "core/warden/template_progress.h"

namespace ui {

/// "Getting a warm machine ready: Booting the machine, 40 %", or that it was not made.
QString describe(const core::TemplateProgress &progress);
/// What it is good for and what holds until then; why it failed.
QString explain(const core::TemplateProgress &progress);

} // namespace ui
