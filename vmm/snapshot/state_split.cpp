#include "vmm/snapshot/state_split.h"

#include "vmm/image/disk_overlay.h"

#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace vmm {
namespace {

Future<> allOf(QObject *context, QList<Future<>> futures)
{
    if (futures.isEmpty())
        return done();
    return QtFuture::whenAll(futures.begin(), futures.end())
        .then(context, [](const QList<Future<>> &all) -> Result<> {
            for (const auto &one : all)
                if (!one.result())
                    return one.result();
            return {};
        });
}

/// The next step, unless the one before has failed.
template <typename Step>
Future<> andThen(QObject *context, Future<> before, Step step)
{
    return before
        .then(context,
            [step](const Result<> &outcome) -> Future<> {
                if (!outcome)
                    return failed(outcome.error().kind, outcome.error().detail);
                return step();
            })
        .unwrap();
}

} // namespace

StateSplit::StateSplit(Request request)
    : m_request(std::move(request))
{
}

StateSplit::~StateSplit()
{
    if (!m_machine)
        return;
    m_machine.reset();
    removeScratch();
}

QString StateSplit::ram(const QString &directory)
{
    return directory + u"/ram"_s;
}

QString StateSplit::state(const QString &directory)
{
    return directory + u"/state"_s;
}

QString StateSplit::scratch(const DiskSpec &disk) const
{
    return u"%1/%2.scratch"_s.arg(m_request.directory, disk.name);
}

Future<> StateSplit::run()
{
    if (m_request.machine.start.from != StartSpec::From::State)
        return failed(Error::Kind::InvalidSpec, u"there is no state with RAM to be split"_s);
    if (auto made = makeRam(); !made)
        return failed(made.error().kind, made.error().detail);
    auto loaded = andThen(this, makeDisks(), [this] { return load(); });
    return andThen(this, loaded, [this] {
        return save();
    }).then(this, [this](const Result<> &saved) {
          return finish(saved);
      }).unwrap();
}

/// Sparse: pages that were never used take no room.
Result<> StateSplit::makeRam() const
{
    QFile file(ram(m_request.directory));
    const bool made = file.open(QIODevice::WriteOnly | QIODevice::NewOnly) &&
                      file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                      file.resize(qint64(m_request.machine.memory.sizeMiB) << 20);
    if (!made)
        return std::unexpected(Error{.kind = Error::Kind::Io,
            .detail = u"%1: %2"_s.arg(file.fileName(), file.errorString())});
    return {};
}

Future<> StateSplit::makeDisks()
{
    QList<Future<>> made;
    for (const auto &disk : std::as_const(m_request.machine.disks))
        made << createOverlay(m_request.host.qemuImg,
            {.path = scratch(disk), .basePath = disk.path, .baseFormat = disk.format});
    return allOf(this, made);
}

MachineSpec StateSplit::spec() const
{
    auto spec = m_request.machine;
    spec.name = u"split-"_s + spec.name.left(50);
    spec.memory.backing = MemorySpec::Backing::SharedFile;
    spec.memory.path = ram(m_request.directory);
    spec.start.then = StartSpec::Then::StandStill;
    for (auto &disk : spec.disks) {
        disk.layers.prepend(disk.path);
        disk.path = scratch(disk);
    }
    return spec;
}

Future<> StateSplit::load()
{
    m_machine = std::make_unique<Machine>(spec(),
        m_request.host,
        Machine::Places{.runDirectory = m_request.runDirectory, .consoleLog = {}});
    auto loaded = m_machine->start();
    // A port that is open in the state and not in the machine that loads it looks to the guest like
    // one that was hung up. The state written here must say that they were open.
    for (const auto &port : std::as_const(m_request.machine.ports))
        if (auto connected = m_machine->connectPort(port))
            m_ports.push_back(*std::move(connected));
    return loaded;
}

Future<> StateSplit::save()
{
    return m_machine->saveState(state(m_request.directory), SavedMemory::Elsewhere);
}

Future<> StateSplit::finish(const Result<> &saved)
{
    if (!m_machine) {
        removeScratch();
        QFile::remove(ram(m_request.directory));
        return QtFuture::makeReadyValueFuture(saved);
    }
    m_ports.clear();
    return m_machine->quit().then(this, [this, saved](const Result<MachineExit> &) -> Result<> {
        removeScratch();
        if (!saved)
            QFile::remove(ram(m_request.directory));
        return saved;
    });
}

void StateSplit::removeScratch() const
{
    for (const auto &disk : m_request.machine.disks)
        QFile::remove(scratch(disk));
}

} // namespace vmm
