#pragma once

#include "core/client/file_lock.h"
#include "core/config/config.h"
#include "core/warden/docker_wait.h"
#include "core/warden/groundwork.h"
#include "core/warden/guest_control.h"
#include "core/warden/template_progress.h"
#include "vmm/machine/machine.h"
#include "vmm/template/template_store.h"

#include <QObject>

#include <memory>
#include <optional>

namespace core {

/// What a template is to be made for.
struct TemplateRequest
{
    Paths paths;
    Config config;
    QString imageDirectory; ///< PADDOCK_IMAGE, or empty
    QString guestPart;
    QStringList warmPrograms; ///< run once with --version, so that they lie in the page cache
    int cpus = 2;
    int memoryMiB = 2048;
    int diskGiB = 20;
};

/// Boots a machine without workspace, secrets or identity, waits for its dockerd, warms it up and
/// freezes it to a template. One process at a time makes one of a kind. Deleting it gives up and
/// leaves nothing that looks like a template.
class TemplateBuild : public QObject
{
    Q_OBJECT

public:
    explicit TemplateBuild(TemplateRequest request);
    ~TemplateBuild() override;

    /// The template, also when there was one already. StateConflict while another process makes it.
    /// How far it is can be seen by everyone (`templateProgress`), and so can why it failed.
    Future<vmm::MachineTemplate> run();

signals:
    void progress(int percent, const QString &text);

private:
    Future<vmm::MachineTemplate> findOrMake();
    Future<> makeReady();
    Result<> takeLock();
    void tell(int percent, const QString &step);
    void giveUp(const Error &reason);
    Future<> makeFiles();
    Future<> boot();
    Future<> configure();
    Future<> awaitDocker();
    Future<> warmUp();
    Future<> freeze();

    TemplateRequest m_request;
    vmm::TemplateStore m_store;
    GroundworkSearch m_search;
    std::optional<FileLock> m_lock;
    vmm::TemplateIdentity m_identity;
    QString m_directory;
    TemplateProgress m_progress;
    std::unique_ptr<vmm::Machine> m_machine;
    std::unique_ptr<GuestControl> m_control;
    std::unique_ptr<DockerWait> m_docker; ///< after what it asks
};

} // namespace core
