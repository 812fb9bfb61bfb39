#include "vmm/machine/acceleration_probe.h"

#include "vmm/machine/machine.h"
#include "vmm/machine/verdict_cache.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QPromise>
#include <QTimer>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <utility>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

using Reason = AccelerationVerdict::Reason;

constexpr Acceleration ofThisPlatform()
{
#if defined(Q_OS_LINUX)
    return Acceleration::Kvm;
#elif defined(Q_OS_MACOS)
    return Acceleration::Hvf;
#elif defined(Q_OS_WIN)
    return Acceleration::Whpx;
#else
    return Acceleration::Tcg;
#endif
}

AccelerationVerdict software(Reason reason, const QString &detail)
{
    return {.acceleration = Acceleration::Tcg,
        .reason = reason,
        .detail = detail,
        .probedAtMs = QDateTime::currentMSecsSinceEpoch()};
}

/// What rules acceleration out without booting anything.
std::optional<AccelerationVerdict> obstacle(const ProbeRequest &request)
{
    const auto &host = request.host;
    constexpr auto wanted = ofThisPlatform();
    if (wanted == Acceleration::Tcg)
        return software(Reason::Unsupported, u"no accelerator is known for this system"_s);
    if (!host.accelerators.contains(toString(wanted)))
        return software(Reason::NotInQemu, host.qemu + u" was built without "_s + toString(wanted));
    if (wanted != Acceleration::Kvm)
        return {};
    const Descriptor device(
        ::open(QFile::encodeName(request.kvmDevice).constData(), O_RDWR | O_CLOEXEC));
    if (device)
        return {};
    const auto why = QString::fromLocal8Bit(strerror(errno));
    if (errno == EACCES || errno == EPERM)
        return software(Reason::NoPermission,
            u"/dev/kvm may not be opened (%1); joining the group kvm and logging in again helps"_s
                .arg(why));
    return software(Reason::NoDevice,
        u"/dev/kvm is not usable (%1): virtualization is switched off in the firmware, or this "
        u"computer is itself a "
        "virtual machine without nesting"_s.arg(why));
}

MachineSpec probeSpec(const ProbeRequest &request, const QString &cpuModel)
{
    MachineSpec spec;
    spec.name = u"paddock-probe"_s;
    spec.cpus = 1;
    spec.memory.sizeMiB = 256;
    spec.acceleration = ofThisPlatform();
    spec.cpuModel = cpuModel;
    spec.kernel = request.kernel;
    spec.initrd = request.initrd;
    spec.kernelOptions = u"paddock.probe=1"_s;
    return spec;
}

/// Some nested hosts let a guest see IA32_ARCH_CAPABILITIES and then refuse to set it, on which
/// QEMU aborts.
constexpr auto nestedCpuModel = "host,-vmx,-svm,-arch-capabilities"_L1;

/// Boots under acceleration, once or twice; deletes itself when it has answered.
class ProbeBoot final : public QObject
{
public:
    explicit ProbeBoot(const ProbeRequest &request)
        : m_request(request)
        , m_directory(
              u"%1/probe-%2"_s.arg(request.workDirectory).arg(QCoreApplication::applicationPid()))
        , m_deadline(totalLimitMs)
    {
        m_promise.start();
        // Not from within the constructor: a start that fails at once would answer before anybody
        // has the future.
        QMetaObject::invokeMethod(this, [this] { boot({}); }, Qt::QueuedConnection);
    }
    [[nodiscard]] QFuture<AccelerationVerdict> future() const { return m_promise.future(); }

private:
    static constexpr int totalLimitMs = 4500;

    void boot(const QString &cpuModel)
    {
        m_machine = std::make_unique<Machine>(probeSpec(m_request, cpuModel),
            m_request.host,
            Machine::Places{.runDirectory = m_directory});
        auto *machine = m_machine.get();
        connect(machine, &Machine::consoleReceived, this, [this] {
            if (m_machine->consoleTail().contains(probeAnswer))
                conclude(works());
        });
        // Queued: the next boot takes the place of the machine that tells of its end.
        connect(
            machine, &Machine::stateChanged, this, &ProbeBoot::handleState, Qt::QueuedConnection);
        const auto limit = std::min<qint64>(probeLimitMs, m_deadline.remainingTime());
        QTimer::singleShot(limit, machine, [this] {
            conclude(fails(u"nothing reached user space within %1 s"_s.arg(probeLimitMs / 1000)));
        });
        machine->start();
    }

    void handleState(Machine::State state)
    {
        if (state != Machine::State::Exited || m_promise.future().isFinished())
            return;
        const bool again = m_machine->spec().acceleration == Acceleration::Kvm &&
                           m_machine->spec().cpuModel.isEmpty() && whatEndedIt().contains("MSR"_L1);
        if (again)
            return boot(nestedCpuModel);
        conclude(fails(whatEndedIt()));
    }
    [[nodiscard]] AccelerationVerdict works() const
    {
        return {.acceleration = m_machine->spec().acceleration,
            .reason = Reason::Works,
            .cpuModel = m_machine->spec().cpuModel,
            .detail = u"a kernel reached user space"_s,
            .probedAtMs = QDateTime::currentMSecsSinceEpoch()};
    }
    [[nodiscard]] AccelerationVerdict fails(const QString &seen) const
    {
        const auto name = toString(m_machine->spec().acceleration);
        return software(Reason::OpensButNothingBoots,
            u"%1 is there, but no kernel boots with it: %2"_s.arg(name, seen));
    }
    [[nodiscard]] QString whatEndedIt() const
    {
        const auto &exit = m_machine->exit();
        if (!exit || exit->errorText.isEmpty())
            return u"QEMU ended before the kernel had started"_s;
        return exit->errorText.section(u'\n', 0, 0).left(200);
    }
    void conclude(const AccelerationVerdict &verdict)
    {
        if (m_promise.future().isFinished())
            return;
        m_machine->disconnect(this);
        m_machine->kill();
        QDir(m_directory).removeRecursively();
        m_promise.addResult(verdict);
        m_promise.finish();
        deleteLater();
    }

    ProbeRequest m_request;
    QString m_directory;
    QDeadlineTimer m_deadline;
    std::unique_ptr<Machine> m_machine;
    QPromise<AccelerationVerdict> m_promise;
};

} // namespace

QString toString(AccelerationVerdict::Reason reason)
{
    switch (reason) {
    case Reason::Works:
        return u"works"_s;
    case Reason::NoDevice:
        return u"noDevice"_s;
    case Reason::NoPermission:
        return u"noPermission"_s;
    case Reason::NotInQemu:
        return u"notInQemu"_s;
    case Reason::OpensButNothingBoots:
        return u"opensButNothingBoots"_s;
    case Reason::Unsupported:
        return u"unsupported"_s;
    }
    std::unreachable();
}

std::optional<AccelerationVerdict> knownVerdict(const ProbeRequest &request)
{
    if (const auto blocked = obstacle(request))
        return blocked;
    return VerdictCache(request.cacheFile, probeIdentity(request.host, request.kernel)).find();
}

QFuture<AccelerationVerdict> probeAcceleration(const ProbeRequest &request, ProbeCache cache)
{
    if (const auto blocked = obstacle(request))
        return QtFuture::makeReadyValueFuture(*blocked);
    if (!QFileInfo(request.kernel).isFile() || !QFileInfo(request.initrd).isFile())
        return QtFuture::makeReadyValueFuture(software(
            Reason::OpensButNothingBoots, u"there is no kernel to try yet: "_s + request.kernel));
    const VerdictCache kept(request.cacheFile, probeIdentity(request.host, request.kernel));
    if (cache == ProbeCache::Use)
        if (const auto verdict = kept.find())
            return QtFuture::makeReadyValueFuture(*verdict);
    // It owns itself: there is nobody else that lives until the machine has ended.
    return (new ProbeBoot(request))->future().then([kept](const AccelerationVerdict &verdict) {
        kept.store(verdict);
        return verdict;
    });
}

} // namespace vmm
