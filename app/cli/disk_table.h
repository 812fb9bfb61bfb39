#pragma once

#include "core/client/disk_report.h"

#include <QJsonObject>

namespace cli {

QJsonObject toJson(const core::DiskReport &report);
void printReport(const core::DiskReport &report);

} // namespace cli
