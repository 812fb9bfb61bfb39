#include "core/credentials/secret_text.h"

#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace core {

namespace {

std::unexpected<Error> usage(const QString &detail)
{
    return std::unexpected(Error{Error::Kind::Usage, detail});
}

Result<QByteArray> fromFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QFile::ReadOnly))
        return usage(u"%1: %2"_s.arg(path, file.errorString()));
    return file.read(maxSecretBytes + 1);
}

Result<QByteArray> fromEnvironment(const QString &variable)
{
    const QByteArray name = variable.toLocal8Bit();
    if (!qEnvironmentVariableIsSet(name.constData()))
        return usage(u"the environment variable %1 is not set"_s.arg(variable));
    return qgetenv(name.constData());
}

} // namespace

Result<QByteArray> secretFromInput(const QByteArray &input)
{
    const QByteArray secret = input.trimmed();
    if (secret.isEmpty())
        return usage(u"the key is empty"_s);
    if (secret.size() > maxSecretBytes)
        return usage(u"the key is longer than %1 bytes"_s.arg(maxSecretBytes));
    const bool printable =
        std::ranges::all_of(secret, [](char c) { return c >= 0x20 && c != 0x7f; });
    if (!printable)
        return usage(
            u"the key holds a line break, a control character or a letter that is not ASCII"_s);
    return secret;
}

Result<SessionSecret> secretFromArgument(const QString &argument)
{
    const qsizetype equals = argument.indexOf(u'=');
    const QString source = argument.sliced(equals + 1);
    Result<QByteArray> input = usage(u"--secret wants SERVICE=env:VARIABLE or SERVICE=file:PATH"_s);
    if (equals > 0 && source.startsWith("env:"_L1))
        input = fromEnvironment(source.sliced(4));
    else if (equals > 0 && source.startsWith("file:"_L1))
        input = fromFile(source.sliced(5));
    if (!input)
        return std::unexpected(input.error());
    const Result<QByteArray> secret = secretFromInput(*input);
    if (!secret)
        return std::unexpected(secret.error());
    return SessionSecret{.service = argument.first(equals), .value = *secret};
}

} // namespace core
