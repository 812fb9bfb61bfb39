#pragma once

#include <QDateTime>
#include <QList>
#include <QMap>
#include <QString>

namespace vmm {

/// One file of an image, as its manifest names it.
struct ImagePart
{
    QString name = {}; ///< a plain file name in the image's directory
    qint64 bytes = 0;
    QString sha256 = {}; ///< 64 hex digits
    friend bool operator==(const ImagePart &, const ImagePart &) = default;
};

/// A base image on this computer: kernel, the initrd's part with its modules, and the read-only
/// root disk.
struct BaseImage
{
    QString digest = {};    ///< identifies the recipe's contents
    QString directory = {}; ///< absolute
    QDateTime created = {};
    QString recipe = {};        ///< "debian-trixie"
    QString kernelRelease = {}; ///< what `uname -r` says inside
    QList<ImagePart> parts = {};
    QMap<QString, QString> agents = {};   ///< the agents' own programs: name → version
    QMap<QString, QString> packages = {}; ///< name → version

    [[nodiscard]] QString kernel() const { return directory + QStringLiteral("/vmlinuz"); }
    [[nodiscard]] QString modules() const { return directory + QStringLiteral("/modules.cpio"); }
    [[nodiscard]] QString root() const { return directory + QStringLiteral("/root.qcow2"); }
    [[nodiscard]] qint64 bytes() const; ///< of all parts
    friend bool operator==(const BaseImage &, const BaseImage &) = default;
};

} // namespace vmm
