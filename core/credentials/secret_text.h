#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>

namespace core {

/// Longest secret, in bytes.
inline constexpr qsizetype maxSecretBytes = 16 << 10;

/// The secret in what a user typed or a file held: without blanks and line ends around it. Usage
/// when nothing is left, it is too long, or it holds a control character (it goes into a header).
Result<QByteArray> secretFromInput(const QByteArray &input);

/// A secret for one session.
struct SessionSecret
{
    QString service;
    QByteArray value;
};

/// Reads `SERVICE=env:VARIABLE` or `SERVICE=file:PATH`; a literal value is refused, since arguments
/// are public.
Result<SessionSecret> secretFromArgument(const QString &argument);

} // namespace core
