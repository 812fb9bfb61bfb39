#pragma once

#include <QCoreApplication>

namespace ui {

/// Translates a text of a function that belongs to no class, in the context that lupdate gives it.
inline QString tr(const char *text)
{
    return QCoreApplication::translate("ui", text);
}

} // namespace ui
