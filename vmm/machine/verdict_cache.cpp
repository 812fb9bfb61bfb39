#include "vmm/machine/verdict_cache.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QSysInfo>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

constexpr qint64 maxFileBytes = 1 << 20;
constexpr qsizetype maxVerdicts = 32;

QString cpuModel()
{
    QFile file(u"/proc/cpuinfo"_s);
    if (!file.open(QIODevice::ReadOnly))
        return QSysInfo::currentCpuArchitecture();
    for (const auto &line : file.read(16 << 10).split('\n'))
        if (line.startsWith("model name"))
            return QString::fromUtf8(line);
    return QSysInfo::currentCpuArchitecture();
}

QString fileIdentity(const QString &path)
{
    const QFileInfo info(path);
    return u"%1 %2 %3"_s.arg(info.canonicalFilePath())
        .arg(info.size())
        .arg(info.lastModified().toMSecsSinceEpoch());
}

QJsonObject readVerdicts(const QString &path)
{
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    const auto document = QJsonDocument::fromJson(file.read(maxFileBytes));
    return document[u"schema"_s].toInt() == 1 ? document[u"verdicts"_s].toObject() : QJsonObject();
}

std::optional<AccelerationVerdict> verdictFrom(const QJsonObject &object)
{
    AccelerationVerdict verdict{.acceleration = Acceleration::Tcg,
        .reason = AccelerationVerdict::Reason::OpensButNothingBoots,
        .cpuModel = object[u"cpuModel"_s].toString(),
        .detail = object[u"detail"_s].toString(),
        .probedAtMs = object[u"probedAtMs"_s].toInteger()};
    if (object[u"reason"_s] == toString(verdict.reason))
        return verdict;
    verdict.reason = AccelerationVerdict::Reason::Works;
    if (object[u"reason"_s] != toString(verdict.reason))
        return {};
    for (const auto known : {Acceleration::Kvm, Acceleration::Hvf, Acceleration::Whpx})
        if (object[u"acceleration"_s] == toString(known)) {
            verdict.acceleration = known;
            return verdict;
        }
    return {};
}

} // namespace

QString probeIdentity(const HostCapabilities &host, const QString &kernel)
{
    const auto parts = QStringList{fileIdentity(kernel),
        fileIdentity(host.qemu),
        host.qemuVersion.toString(),
        cpuModel(),
        QSysInfo::kernelVersion()};
    const auto digest =
        QCryptographicHash::hash(parts.join(u'\n').toUtf8(), QCryptographicHash::Sha256);
    return QString::fromLatin1(digest.toHex().left(32));
}

VerdictCache::VerdictCache(QString file, QString identity)
    : m_file(std::move(file))
    , m_identity(std::move(identity))
{
}

std::optional<AccelerationVerdict> VerdictCache::find() const
{
    const auto verdict = verdictFrom(readVerdicts(m_file)[m_identity].toObject());
    const auto age = QDateTime::currentMSecsSinceEpoch() - (verdict ? verdict->probedAtMs : 0);
    if (verdict && verdict->acceleration == Acceleration::Tcg && age > negativeLifeMs)
        return {};
    return verdict;
}

void VerdictCache::store(const AccelerationVerdict &verdict) const
{
    if (m_file.isEmpty())
        return;
    auto verdicts = readVerdicts(m_file);
    if (verdicts.size() >= maxVerdicts)
        verdicts = {}; // of kernels long gone
    verdicts[m_identity] = QJsonObject{{u"acceleration"_s, toString(verdict.acceleration)},
        {u"reason"_s, toString(verdict.reason)},
        {u"cpuModel"_s, verdict.cpuModel},
        {u"detail"_s, verdict.detail},
        {u"probedAtMs"_s, verdict.probedAtMs}};
    QDir().mkpath(QFileInfo(m_file).path());
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(QJsonDocument(QJsonObject{{u"schema"_s, 1}, {u"verdicts"_s, verdicts}}).toJson());
    file.commit();
}

} // namespace vmm
