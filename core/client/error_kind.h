#pragma once

#include "core/result.h"

#include <QJsonObject>

namespace core {

/// The name of a kind on the local API and in `--json`: the enumerator in lower camel case.
QString errorKindName(Error::Kind kind);
/// An unknown name is Failed: a newer warden may know more kinds than this client.
Error::Kind errorKindFromString(const QString &name);

/// `{"code":N,"message":TEXT,"data":{"kind":K}}` as in API.md.
QJsonObject errorToJson(const Error &error);
Error errorFromJson(const QJsonObject &error);

} // namespace core
