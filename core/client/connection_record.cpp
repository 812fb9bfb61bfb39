#include "core/client/connection_record.h"

using namespace Qt::StringLiterals;

namespace core {

ConnectionRecord connectionFromJson(const QJsonObject &record)
{
    const auto text = [&record](QLatin1StringView key) { return record.value(key).toString(); };
    const auto number = [&record](QLatin1StringView key) { return record.value(key).toInteger(); };
    return {
        .timeMs = number("ts"_L1),
        .host = text("host"_L1),
        .port = record.value("port"_L1).toInt(),
        .protocol = text("proto"_L1),
        .path = text("path"_L1),
        .method = text("method"_L1),
        .urlPath = text("url_path"_L1),
        .verdict = text("verdict"_L1),
        .reason = text("reason"_L1),
        .rule = text("rule_id"_L1),
        .source = text("rule_origin"_L1),
        .bytesUp = number("bytes_up"_L1),
        .bytesDown = number("bytes_down"_L1),
        .upstreamStatus = record.value("upstream_status"_L1).toInt(),
        .cached = record.value("cached"_L1).toBool(),
    };
}

} // namespace core
