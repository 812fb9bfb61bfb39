#pragma once

#include "core/config/config.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/warden/groundwork.h"
#include "vmm/snapshot/state_split.h"

#include <QObject>

#include <memory>

namespace core {

struct ForkBuildRequest
{
    Paths paths;
    Config config;
    QString imageDirectory; ///< PADDOCK_IMAGE, or empty
    QString guestPart;
    SandboxSettings source; ///< as it was at the moment
    QString moment;         ///< its directory: the machine's state with its RAM, and its disks
    QString directory;      ///< exists; `ram` and `state` are made there
};

/// Makes of the saved moment of a running sandbox what its forks begin with: a file of RAM that all
/// of them map and none of them changes. Deleting it gives up and leaves nothing.
class ForkBuild : public QObject
{
    Q_OBJECT

public:
    explicit ForkBuild(ForkBuildRequest request);
    ~ForkBuild() override;

    /// What a machine must be to go on with it. Fails with what the user can act on.
    Future<vmm::TemplateIdentity> run();

private:
    Future<> split();
    [[nodiscard]] Result<vmm::MachineSpec> machine() const;
    [[nodiscard]] Error shortageBehind(const Error &error) const;

    ForkBuildRequest m_request;
    GroundworkSearch m_search;
    QString m_runDirectory;
    std::unique_ptr<vmm::StateSplit> m_split;
};

} // namespace core
