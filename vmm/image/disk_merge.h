#pragma once

#include "vmm/program.h"
#include "vmm/result.h"

#include <QList>

namespace vmm {

/// The name by which qemu-img opens a disk that consists of these qcow2 files, each over the next,
/// whatever their headers tell. That of the last one is followed.
QString chainName(const QStringList &files);

/// A new file at `path` that holds what the first `count` of these hold together, over the next one
/// or what the last one's header names.
struct MergeRequest
{
    QStringList files = {};
    QString path = {};
    qsizetype count = 2;
    friend bool operator==(const MergeRequest &, const MergeRequest &) = default;
};
/// The runs of qemu-img, one after the other, that make it. They read what these files hold and no
/// more; a machine may have all of them open, as long as it does not write them. Fails with Io when
/// the first one is no disk.
Result<QList<CommandLine>> mergeCommands(const QString &qemuImg, const MergeRequest &request);

} // namespace vmm
