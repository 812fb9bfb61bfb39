#include "core/warden/host_inheritance.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr qsizetype maxRoots = 512 << 10;
constexpr qsizetype maxOptions = 32 << 10;

constexpr std::array<QLatin1StringView, 3> inherited{
    "Acquire::"_L1, "APT::Install-Recommends"_L1, "APT::Install-Suggests"_L1};
// Names of files and programs of the host mean nothing in the guest, and its way out is the
// gateway.
constexpr std::array<QLatin1StringView, 7> ownToHost{"Proxy"_L1,
    "CaInfo"_L1,
    "CaPath"_L1,
    "SslCert"_L1,
    "SslKey"_L1,
    "IssuerCert"_L1,
    "AutoDetect"_L1};

bool isInherited(const QString &name)
{
    const bool wanted = std::ranges::any_of(
        inherited, [&](auto prefix) { return name.startsWith(prefix, Qt::CaseInsensitive); });
    const bool builtIn =
        name.startsWith("Acquire::cdrom"_L1) || name.startsWith("Acquire::IndexTargets"_L1);
    return wanted && !builtIn && std::ranges::none_of(ownToHost, [&](auto word) {
        return name.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace

QByteArray certificatesOf(const QByteArray &pem)
{
    constexpr QByteArrayView begin("-----BEGIN CERTIFICATE-----");
    constexpr QByteArrayView end("-----END CERTIFICATE-----");
    QByteArray certificates;
    for (auto at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at + 1)) {
        const auto stop = pem.indexOf(end, at);
        if (stop < 0)
            break;
        certificates += pem.sliced(at, stop - at + end.size()) + '\n';
    }
    return certificates;
}

QByteArray locallyAddedRoots(const QString &directory)
{
    QByteArray roots;
    const auto files = QDir(directory).entryInfoList({u"*.crt"_s}, QDir::Files, QDir::Name);
    for (const auto &info : files) {
        QFile file(info.filePath());
        if (!file.open(QFile::ReadOnly))
            continue;
        const auto more = certificatesOf(file.read(maxRoots));
        if (roots.size() + more.size() <= maxRoots)
            roots += more;
    }
    return roots;
}

QString inheritedAptOptions(const QByteArray &dump)
{
    static const QRegularExpression option(u"^([A-Za-z0-9:/._-]+) \"([^\"\\\\\\x00-\\x1f]*)\";$"_s);
    QString text;
    const auto lines = QString::fromUtf8(dump.left(1 << 20)).split(u'\n');
    for (const auto &line : lines) {
        const auto match = option.match(line);
        if (match.hasMatch() && !match.captured(2).isEmpty() && isInherited(match.captured(1)) &&
            text.size() + line.size() < maxOptions)
            text += line + u'\n';
    }
    return text;
}

} // namespace core
