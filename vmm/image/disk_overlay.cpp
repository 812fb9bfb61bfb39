#include "vmm/image/disk_overlay.h"

#include "vmm/image/disk_backing.h"
#include "vmm/program.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSaveFile>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace vmm {
namespace {

/// A new sandbox writes a few blocks here and there: small clusters, and entries of them that tell
/// their parts (docs/interop/qcow2.txt of QEMU, extended L2 entries), so that a block takes a block
/// on the host's disk and nothing is copied from below. Measured: a fork takes 0.6 MB at first and
/// 1.0 MB after half a minute instead of 1.3 and 3.3. Long writes are as fast; the first write of
/// scattered blocks is a fifth to a third slower, the second is not.
constexpr auto overlayFormat = "extended_l2=on,cluster_size=16k"_L1;

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

/// The name says all that an empty overlay is made of.
QString patternOf(const OverlayRequest &request)
{
    const auto text = u"%1\n%2\n%3\n%4"_s.arg(request.basePath,
        toString(request.baseFormat),
        QString::number(request.bytes),
        overlayFormat);
    const auto digest = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256);
    return u"%1/.blank-%2"_s.arg(request.patterns, QLatin1StringView(digest.toHex().left(16)));
}

/// Without it the next overlay is made by qemu-img again; nothing else is lost.
void keepPattern(const QString &path, const QString &pattern)
{
    QFile made(path);
    QSaveFile kept(pattern);
    if (made.open(QFile::ReadOnly) && kept.open(QFile::WriteOnly) &&
        kept.write(made.readAll()) == made.size())
        kept.commit();
}

bool copyPattern(const QString &pattern, const QString &path)
{
    const auto made = unfinished(path);
    QFile::remove(made);
    return !QFile::exists(path) && QFile::copy(pattern, made) &&
           QFile::setPermissions(made, QFile::ReadOwner | QFile::WriteOwner) &&
           QFile::rename(made, path);
}

} // namespace

Future<> createOverlay(const QString &qemuImg, const OverlayRequest &request)
{
    if (!QFile::exists(request.basePath))
        return failed(Error::Kind::ImageMissing, request.basePath);
    const bool hasPattern = !request.patterns.isEmpty() && request.bytes > 0;
    const auto pattern = hasPattern ? patternOf(request) : QString();
    if (hasPattern && copyPattern(pattern, request.path))
        return done();
    QStringList arguments{u"-o"_s,
        overlayFormat,
        u"-b"_s,
        request.baseName.isEmpty() ? request.basePath : request.baseName,
        u"-F"_s,
        toString(request.baseFormat),
        unfinished(request.path)};
    const qint64 least = virtualBytesOf(request.basePath);
    if (least > 0) // qemu-img need not open the base, nor what the header of that one names
        arguments.prepend(u"-u"_s);
    if (const auto bytes = std::max(least, request.bytes); bytes > 0)
        arguments << QString::number(bytes);
    auto made = create(qemuImg, request.path, arguments);
    if (!hasPattern)
        return made;
    return made.then([path = request.path, pattern](const Result<> &result) {
        if (result)
            keepPattern(path, pattern);
        return result;
    });
}

Future<> createDisk(const QString &qemuImg, const QString &path, qint64 bytes)
{
    if (bytes <= 0)
        return failed(Error::Kind::InvalidSpec, u"a disk of %1 bytes"_s.arg(bytes));
    return create(qemuImg, path, {unfinished(path), QString::number(bytes)});
}

} // namespace vmm
