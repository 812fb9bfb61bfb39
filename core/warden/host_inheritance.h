#pragma once

#include <QByteArray>
#include <QString>

namespace core {

/// The certificates that the administrator of this computer added (PEM, in files of `directory`),
/// as one bundle; at most 512 KiB. What is not a certificate is left out.
QByteArray locallyAddedRoots(const QString &directory);

/// The certificates of a PEM text, in order, and nothing else that stands in it.
QByteArray certificatesOf(const QByteArray &pem);

/// Those of apt's options on this computer that say how to fetch (retries, time-outs, languages,
/// compression), for the guest's apt.conf.d. `dump` is what `apt-config dump` prints. Proxies,
/// certificates by path and hooks stay here: the guest's network is Paddock's.
QString inheritedAptOptions(const QByteArray &dump);

} // namespace core
