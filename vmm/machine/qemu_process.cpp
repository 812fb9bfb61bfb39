#include "vmm/machine/qemu_process.h"

#include <QCoreApplication>
#include <QFile>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

#include <csignal>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

/// Runs in the child between fork and exec: system calls only.
void prepareChild(pid_t parent, const QList<int> &inherited)
{
    for (const int descriptor : inherited)
        ::fcntl(descriptor, F_SETFD, 0);
    ::setsid(); // a Ctrl-C in the terminal is not for QEMU
    const rlimit noCore{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &noCore); // it would hold the guest's memory
#ifdef Q_OS_LINUX
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
        ::_exit(127);
    // Out of memory, a machine goes before the desktop that shows it.
    const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) {
        [[maybe_unused]] const auto written = ::write(score, "500", 3);
        ::close(score);
    }
#endif
}

/// How often this computer's kernel has ended a program for lack of memory; 0 where it does not
/// tell.
qint64 memoryKills()
{
    QFile counters(u"/proc/vmstat"_s);
    if (!counters.open(QFile::ReadOnly))
        return 0;
    const auto lines = counters.readAll().split('\n');
    for (const auto &line : lines)
        if (line.startsWith("oom_kill "))
            return line.sliced(9).toLongLong();
    return 0;
}

} // namespace

QemuProcess::QemuProcess()
    : m_process(std::make_unique<QProcess>())
{
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s);
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    m_process->setProcessEnvironment(environment);
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardOutputFile(QProcess::nullDevice());
    connect(m_process.get(), &QProcess::readyReadStandardError, this, &QemuProcess::readErrors);
    connect(m_process.get(), &QProcess::finished, this, &QemuProcess::reportEnd);
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        m_errors = (m_process->program() + u": "_s + m_process->errorString()).toLocal8Bit();
        emit finished(127, 0);
    });
}

QemuProcess::~QemuProcess()
{
    m_process->disconnect(this);
    if (m_process->state() == QProcess::NotRunning)
        return;
    // Deleted here it would wait for the end; so it reaps its child and goes by itself.
    auto *orphan = m_process.release();
    orphan->setParent(QCoreApplication::instance()); // when the program ends before its child
    connect(orphan, &QProcess::finished, orphan, &QObject::deleteLater);
    orphan->kill();
}

void QemuProcess::start(const CommandLine &command, const QList<int> &inherited)
{
    m_memoryKills = memoryKills();
    m_process->setChildProcessModifier(
        [parent = ::getpid(), inherited] { prepareChild(parent, inherited); });
    m_process->start(command.program, command.arguments);
}

void QemuProcess::kill()
{
    m_process->kill();
}

bool QemuProcess::memoryRanOut() const
{
    return memoryKills() > m_memoryKills;
}

void QemuProcess::readErrors()
{
    const auto bytes = m_process->readAllStandardError();
    m_errors += bytes.left(errorBytes - m_errors.size());
}

void QemuProcess::reportEnd(int code, QProcess::ExitStatus status)
{
    readErrors();
    if (status == QProcess::CrashExit)
        emit finished(0, code);
    else if (code > 128 && code < 128 + 65) // bubblewrap tells of its child as shells do
        emit finished(0, code - 128);
    else
        emit finished(code, 0);
}

} // namespace vmm
