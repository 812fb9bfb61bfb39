#include "core/warden/child_process.h"

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int firstDescriptor = 3;
constexpr int parkedFrom =
    64; // above all that the child will see, so that no dup2 overwrites one still needed

/// Runs between fork and exec: only calls that are safe there.
void arrangeDescriptors(const std::vector<int> &parked)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (std::size_t i = 0; i < parked.size(); ++i) {
        const int wanted = firstDescriptor + int(i);
        if (parked[i] >= 0)
            ::dup2(parked[i], wanted);
        else
            ::close(wanted);
    }
    // What else this process may have inherited is not the helper's.
    ::close_range(unsigned(firstDescriptor) + unsigned(parked.size()), ~0U, CLOSE_RANGE_CLOEXEC);
}

/// The helper's end: in the mode that a program expects of what it inherits.
vmm::Descriptor inBlockingMode(vmm::Descriptor descriptor)
{
    ::fcntl(descriptor.number(), F_SETFL, ::fcntl(descriptor.number(), F_GETFL) & ~O_NONBLOCK);
    return descriptor;
}

std::vector<vmm::Descriptor> park(const std::vector<vmm::Descriptor> &descriptors)
{
    std::vector<vmm::Descriptor> parked;
    for (const auto &descriptor : descriptors) {
        const int number =
            descriptor ? ::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, parkedFrom) : -1;
        parked.emplace_back(number);
    }
    return parked;
}

QString howItEnded(int code, QProcess::ExitStatus status)
{
    return status == QProcess::CrashExit ? u"killed by signal %1"_s.arg(code)
                                         : u"exit code %1"_s.arg(code);
}

} // namespace

ChildProcess::ChildProcess(vmm::Descriptor control)
    : m_control(std::move(control))
    , m_process(std::make_unique<QProcess>())
{
    connect(&m_control, &JsonSocket::received, this, &ChildProcess::received);
    connect(
        m_process.get(), &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
            end(howItEnded(code, status));
        });
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(m_process->errorString());
    });
}

ChildProcess::~ChildProcess()
{
    m_process->disconnect(this);
    m_control.disconnect(this);
    if (m_process->state() == QProcess::NotRunning)
        return;
    m_process->kill();
    // Only to reap it is left, which the event loop does.
    auto *process = m_process.release();
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(ChildRequest request)
{
    auto ends = vmm::socketPair();
    if (!ends)
        return std::unexpected(Error{Error::Kind::Failed, ends.error().detail});
    request.descriptors.insert(
        request.descriptors.begin(), inBlockingMode(std::move(ends->second)));
    const auto parked = park(request.descriptors);
    std::vector<int> numbers;
    for (const auto &descriptor : parked)
        numbers.push_back(descriptor.number());

    std::unique_ptr<ChildProcess> child(new ChildProcess(std::move(ends->first)));
    child->m_process->setProgram(request.program);
    child->m_process->setStandardInputFile(QProcess::nullDevice());
    child->m_process->setStandardOutputFile(QProcess::nullDevice());
    child->m_process->setStandardErrorFile(
        request.errorLog.isEmpty() ? QProcess::nullDevice() : request.errorLog, QProcess::Append);
    child->m_process->setChildProcessModifier([numbers] { arrangeDescriptors(numbers); });
    child->m_process->start(QProcess::ReadOnly);
    return child;
}

void ChildProcess::send(const QJsonObject &message)
{
    m_control.send(message);
}

void ChildProcess::end(const QString &reason)
{
    if (m_ended)
        return;
    m_ended = true;
    emit ended(reason);
}

} // namespace core
