#include "core/client/error_kind.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace core {

namespace {

using Kind = Error::Kind;

constexpr std::array kinds{
    std::pair{Kind::Usage, "usage"},
    std::pair{Kind::NoSuchSandbox, "noSuchSandbox"},
    std::pair{Kind::NameTaken, "nameTaken"},
    std::pair{Kind::StateConflict, "stateConflict"},
    std::pair{Kind::FolderRefused, "folderRefused"},
    std::pair{Kind::UnknownAgent, "unknownAgent"},
    std::pair{Kind::ImageMissing, "imageMissing"},
    std::pair{Kind::ImageDamaged, "imageDamaged"},
    std::pair{Kind::QemuMissing, "qemuMissing"},
    std::pair{Kind::QemuTooOld, "qemuTooOld"},
    std::pair{Kind::EmulationNotAccepted, "emulationNotAccepted"},
    std::pair{Kind::NotEnoughMemory, "notEnoughMemory"},
    std::pair{Kind::NotEnoughDisk, "notEnoughDisk"},
    std::pair{Kind::GuestSilent, "guestSilent"},
    std::pair{Kind::MachineFailed, "machineFailed"},
    std::pair{Kind::DockerFailed, "dockerFailed"},
    std::pair{Kind::AgentMissing, "agentMissing"},
    std::pair{Kind::PolicyInvalid, "policyInvalid"},
    std::pair{Kind::RefusedByPolicy, "refusedByPolicy"},
    std::pair{Kind::KeychainUnavailable, "keychainUnavailable"},
    std::pair{Kind::CredentialMissing, "credentialMissing"},
    std::pair{Kind::SyncHalted, "syncHalted"},
    std::pair{Kind::NotAnswering, "notAnswering"},
    std::pair{Kind::TimedOut, "timedOut"},
    std::pair{Kind::NotPermitted, "notPermitted"},
    std::pair{Kind::BadConfiguration, "badConfiguration"},
    std::pair{Kind::Cancelled, "cancelled"},
    std::pair{Kind::Failed, "failed"},
};

} // namespace

QString errorKindName(Error::Kind kind)
{
    for (const auto &[known, name] : kinds) {
        if (known == kind)
            return QString::fromLatin1(name);
    }
    std::unreachable();
}

Error::Kind errorKindFromString(const QString &name)
{
    for (const auto &[kind, known] : kinds) {
        if (name == QLatin1StringView(known))
            return kind;
    }
    return Kind::Failed;
}

QJsonObject errorToJson(const Error &error)
{
    const int code = error.kind == Kind::Usage ? -32602 : -32000;
    return {{u"code"_s, code},
        {u"message"_s, error.detail},
        {u"data"_s, QJsonObject{{u"kind"_s, errorKindName(error.kind)}}}};
}

Error errorFromJson(const QJsonObject &error)
{
    const QString kind = error.value("data"_L1).toObject().value("kind"_L1).toString();
    return {errorKindFromString(kind), error.value("message"_L1).toString()};
}

} // namespace core
