#pragma once

#include "core/async/steps.h"
#include "core/config/config.h"
#include "core/paths.h"
#include "core/sandbox/sandbox_settings.h"
#include "core/sandbox/sandbox_state.h"
#include "core/warden/former_machine.h"
#include "core/warden/groundwork.h"
#include "core/warden/machine_plan.h"
#include "vmm/machine/machine.h"

#include <QObject>

#include <memory>
#include <optional>

namespace core {

/// A machine on its way through futures, which copy their results; one owner in the end.
using SharedMachine = std::shared_ptr<vmm::Machine>;

/// What a launch needs to know.
struct LaunchRequest
{
    enum class Templates { Use, Avoid };

    Paths paths;
    SandboxSettings settings;
    Config config;
    QString imageDirectory; ///< use this image (PADDOCK_IMAGE); empty: the sandbox's own, or the
                            ///< newest of the store
    QString guestPart;      ///< the initrd's part with the guest agent
    Templates templates = Templates::Use;
};

/// The way from a stopped sandbox to a machine whose virtual CPUs run: image, room, QEMU,
/// acceleration and consent, disks. A new sandbox is forked from a template where there is one; one
/// that cannot be restored is given up and the machine boots. Deleting it gives up.
class Launch : public QObject
{
    Q_OBJECT

public:
    explicit Launch(LaunchRequest request);

    /// The machine, started. Fails with what the user can act on.
    Future<SharedMachine> run();

    /// Known as the launch goes on. The settings may have gained an image and a machine type.
    [[nodiscard]] const SandboxSettings &settings() const { return m_request.settings; }
    [[nodiscard]] const Groundwork &groundwork() const { return m_search.found(); }
    [[nodiscard]] LaunchWay way() const { return m_way; }
    /// A new sandbox that had to boot since there was no template for its like.
    [[nodiscard]] bool wantsTemplate() const { return m_wantsTemplate; }
    /// The machine that was forked or resumed never answered: the next one boots. A fork's template
    /// is given up, and so are its new disks.
    void giveUpWay();

signals:
    void reached(core::LaunchStage stage, const QString &text);
    void noticed(const QString &notice); ///< what the user should know

private:
    [[nodiscard]] Error tryLater(const Error &reason);
    void removeForkedDisks() const;
    Future<> awaitFormer();
    Future<> foldDisks();
    Result<> findDisks();
    Result<> choose();
    void chooseResume();
    Future<> makeDisks();
    Future<> makeDisksOrBoot();
    Future<> makeDisk(const QString &name, qint64 bytes);
    Result<> keepSettings();
    Future<SharedMachine> startMachine();
    Future<SharedMachine> bootInstead(const Error &reason);
    [[nodiscard]] QString disk(const QString &name) const;

    LaunchRequest m_request;
    GroundworkSearch m_search;
    std::unique_ptr<FormerMachine> m_former;
    SharedMachine m_failed; ///< one that could not be forked or resumed
    LaunchWay m_way = LaunchWay::Boot;
    bool m_wantsTemplate = false;
    QList<int> m_layers{0};                         ///< of the disks
    QString m_state;                                ///< of the suspended machine
    QString m_ram;                                  ///< of a fork; empty: the state holds it
    std::optional<vmm::MachineTemplate> m_template; ///< below the disks
};

} // namespace core
