#include "vmm/image/disk_overlay.h"

#include "vmm/program.h"

#include <QFile>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace vmm {
namespace {

/// Under another name at first, so that a disk is there whole or not at all, whoever is killed.
QString unfinished(const QString &path)
{
    return path + u".new"_s;
}

Future<> create(const QString &qemuImg, const QString &path, const QStringList &arguments)
{
    if (qemuImg.isEmpty())
        return failed(Error::Kind::QemuMissing, u"qemu-img was not found"_s);
    if (QFile::exists(path))
        return failed(Error::Kind::Io, path + u" exists already"_s);
    const CommandLine command{.program = qemuImg,
        .arguments = QStringList{u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s} + arguments};
    return runProgram(command, 60s).then([path](const Result<ProgramOutput> &run) -> Result<> {
        const auto made = unfinished(path);
        if (run && run->exitCode == 0) {
            QFile::setPermissions(made, QFile::ReadOwner | QFile::WriteOwner);
            if (QFile::rename(made, path))
                return {};
            return std::unexpected(Error{.kind = Error::Kind::Io, .detail = path});
        }
        QFile::remove(made);
        if (!run)
            return std::unexpected(run.error());
        const bool full = run->errors.contains("No space left"_L1);
        return std::unexpected(
            Error{.kind = full ? Error::Kind::DiskFull : Error::Kind::ProcessFailed,
                .detail = run->errors.trimmed()});
    });
}

} // namespace

Future<> createOverlay(const QString &qemuImg, const OverlayRequest &request)
{
    if (!QFile::exists(request.basePath))
        return failed(Error::Kind::ImageMissing, request.basePath);
    QStringList arguments{
        u"-b"_s, request.basePath, u"-F"_s, toString(request.baseFormat), unfinished(request.path)};
    if (request.bytes > 0)
        arguments << QString::number(request.bytes);
    return create(qemuImg, request.path, arguments);
}

Future<> createDisk(const QString &qemuImg, const QString &path, qint64 bytes)
{
    if (bytes <= 0)
        return failed(Error::Kind::InvalidSpec, u"a disk of %1 bytes"_s.arg(bytes));
    return create(qemuImg, path, {unfinished(path), QString::number(bytes)});
}

} // namespace vmm
