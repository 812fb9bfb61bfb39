#pragma once

#include <QString>

namespace core {

/// Text that a sandbox had a part in, made safe to show: control characters and marks that turn the
/// writing direction are replaced; line ends and tabs stay.
QString printable(QString text);

} // namespace core
