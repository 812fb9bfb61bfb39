#include "core/agents/agent_catalog.h"
#include "core/warden/authority_files.h"
#include "core/warden/companion.h"
#include "core/warden/gateway_messages.h"
#include "core/warden/groundwork.h"
#include "core/warden/guest_configuration.h"
#include "core/warden/host_inheritance.h"
#include "core/warden/image_check.h"
#include "core/warden/log_file.h"
#include "core/warden/machine_plan.h"
#include "core/warden/preflight.h"
#include "core/warden/sandbox_state_files.h"
#include "core/warden/terminal.h"
#include "core/warden/warden_status.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace core;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

SandboxSettings someSettings()
{
    SandboxSettings settings;
    settings.id = {u"a1b2c3d4"_s};
    settings.name = u"web_shop.v2"_s;
    settings.agent = u"claude"_s;
    settings.workspace = u"/home/me/web"_s;
    return settings;
}

} // namespace

class TestDecisions : public QObject
{
    Q_OBJECT

private slots:
    /// Threads that hash take their state along; the search for leaks runs when this returns.
    void cleanupTestCase() { QThreadPool::globalInstance()->waitForDone(); }

    void init() { QTest::failOnWarning(); }

    void waitsLongerAfterEachCrash()
    {
        QCOMPARE(restartDelay(1), 200ms);
        QCOMPARE(restartDelay(2), 400ms);
        QCOMPARE(restartDelay(50), 10'000ms);
    }

    void refusesAStartWithoutRoom_data()
    {
        QTest::addColumn<qint64>("memoryMiB");
        QTest::addColumn<qint64>("diskMiB");
        QTest::addColumn<int>("kind");
        QTest::newRow("enough") << qint64(4000) << qint64(50'000) << -1;
        QTest::newRow("unknown does not hinder") << qint64(-1) << qint64(-1) << -1;
        QTest::newRow("no memory")
            << qint64(2000) << qint64(50'000) << int(Error::Kind::NotEnoughMemory);
        QTest::newRow("no disk") << qint64(4000) << qint64(100) << int(Error::Kind::NotEnoughDisk);
    }
    void refusesAStartWithoutRoom()
    {
        QFETCH(const qint64, memoryMiB);
        QFETCH(const qint64, diskMiB);
        QFETCH(const int, kind);

        const auto checked =
            checkRoom({.memoryMiB = memoryMiB, .diskMiB = diskMiB}, {.memoryMiB = 2048});

        QCOMPARE(checked ? -1 : int(checked.error().kind), kind);
    }

    void leavesRoomForThoseThatRun()
    {
        Demand demand{.memoryMiB = 2048, .othersMiB = 23 * qint64(2048)};
        for (int i = 0; i < 23; ++i)
            demand.others << u"sb%1"_s.arg(i);

        QVERIFY(checkRoom({.memoryMiB = 8000}, demand));
        const auto refused = checkRoom({.memoryMiB = 6000}, demand);

        QCOMPARE(refused.error().kind, Error::Kind::NotEnoughMemory);
        QVERIFY2(refused.error().detail.contains(u"those that run may want 4710 more"_s),
            qPrintable(refused.error().detail));
        QVERIFY(refused.error().detail.contains(
            u"23 sandboxes run and could be suspended, the largest are sb0, sb1, sb2"_s));
    }

    void startsNothingWhileTheHostStalls()
    {
        const QByteArray pressure = "some avg10=44.10 avg60=9.00 avg300=2.00 total=12\n"
                                    "full avg10=31.50 avg60=5.00 avg300=1.00 total=8\n";

        QCOMPARE(stalledPercent(pressure), 31.5);
        QCOMPARE(stalledPercent("full of nothing"), -1);
        const HostRoom room{.memoryMiB = 9000, .diskMiB = 9000, .stalled = 31.5};
        QCOMPARE(checkRoom(room, {.memoryMiB = 2048}).error().kind, Error::Kind::NotEnoughMemory);
        QVERIFY2(checkRoom(room, {}), "what takes no memory");
    }

    void keepsTheFloorFree()
    {
        QVERIFY(checkRoom({.diskMiB = 4000}, {.floorGiB = 2}));
        QCOMPARE(
            checkRoom({.diskMiB = 3000}, {.floorGiB = 2}).error().kind, Error::Kind::NotEnoughDisk);
    }

    void readsTheFreeMemory()
    {
        QCOMPARE(
            availableMemoryMiB("MemTotal: 9 kB\nMemAvailable:    2048000 kB\nSwapFree: 1024 kB\n"),
            2001);
        QCOMPARE(availableMemoryMiB("nothing"), -1);
    }

    void emulationNeedsConsent()
    {
        vmm::AccelerationVerdict verdict;
        verdict.detail = u"no /dev/kvm"_s;

        const auto refused = checkConsent(verdict, false);

        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::EmulationNotAccepted);
        QVERIFY(checkConsent(verdict, true));
        verdict.acceleration = vmm::Acceleration::Kvm;
        QVERIFY(checkConsent(verdict, false));
    }

    void theMachineHasItsDisksAndPorts()
    {
        vmm::BaseImage image;
        image.directory = u"/images/x"_s;

        const auto spec = machineSpec(someSettings(),
            image,
            {.sandboxDirectory = u"/data/sb"_s, .initrd = u"/cache/initrd"_s});

        QStringList disks;
        for (const auto &disk : spec.disks)
            disks << disk.name;
        QCOMPARE(disks, QStringList({u"root"_s, u"docker"_s, u"work"_s}));
        QCOMPARE(spec.disks.first().layers, QStringList{u"/images/x/root.qcow2"_s});
        QCOMPARE(spec.ports.size(), 3);
        QVERIFY(vmm::validate(spec));
    }

    void certificatesAreTakenOutOfAText()
    {
        const QByteArray pem =
            "junk\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
            "-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n";

        const auto certificates = certificatesOf(pem);

        QVERIFY(certificates.contains("AAAA"));
        QVERIFY(!certificates.contains("BBBB"));
        QVERIFY(!certificates.contains("junk"));
    }

    void inheritsHowAptFetches()
    {
        const QByteArray dump = "Acquire::Check-Valid-Until \"false\";\n"
                                "Acquire::http::Proxy \"http://10.0.0.1:3128\";\n"
                                "Acquire::https::CaInfo \"/etc/ssl/x.pem\";\n"
                                "DPkg::Post-Invoke:: \"rm -rf /\";\n"
                                "Acquire::Retries \"3\";\n"
                                "Acquire::Languages \"a\\\"b\";\n";

        const auto options = inheritedAptOptions(dump);

        QCOMPARE(options, u"Acquire::Check-Valid-Until \"false\";\nAcquire::Retries \"3\";\n"_s);
    }

    void hostNamesAreHostNames()
    {
        QCOMPARE(hostNameOf(u"web_shop.v2"_s), u"web-shop-v2"_s);
        QCOMPARE(hostNameOf(u"a-"_s), u"a"_s);
    }

    void theGuestKeepsItsMachineId()
    {
        GuestConfiguration configuration;
        configuration.settings = someSettings();
        const auto first = toJson(configuration)[u"machineId"].toString();
        configuration.nowMs = 5;
        const auto second = toJson(configuration);

        QCOMPARE(first.size(), 32);
        QCOMPARE(second[u"machineId"].toString(), first);
        QCOMPARE(second[u"realtimeNs"].toInteger(), 5'000'000);
    }

    void theGatewayGetsNoSecretThatIsNotThere()
    {
        const auto agent = *AgentCatalog::load(Paths::fromEnvironment()).find(u"claude"_s);
        GatewayInput input{.settings = someSettings(),
            .agent = agent,
            .config = {},
            .policy = {},
            .authority = {},
            .upstreamRoots = {},
            .secrets = {}};

        const auto without = gatewayConfiguration(input);
        input.secrets = {{u"anthropic"_s, "sk-real"}};
        const auto with = gatewayConfiguration(input);

        QVERIFY(without[u"credentials"][0][u"secret"].isNull());
        QCOMPARE(with[u"credentials"][0][u"secret"].toString(), u"sk-real"_s);
        QCOMPARE(with[u"mode"].toString(), u"listed"_s);
    }

    void exitCodesAreThoseOfAShell()
    {
        QCOMPARE(exitCodeOf({{u"exit"_s, QJsonObject{{u"code"_s, 3}}}}).value(), 3);
        QCOMPARE(exitCodeOf({{u"exit"_s, QJsonObject{{u"signal"_s, 9}}}}).value(), 137);
        QVERIFY(!exitCodeOf({{u"failed"_s, u"no"_s}}));
    }

    void statusHasEveryMember()
    {
        WardenStatus status;
        status.failure = Error{Error::Kind::ImageDamaged, u"bad"_s};

        const auto json = toJson(someSettings(), status);

        for (const auto *key : {"id",
                 "name",
                 "agent",
                 "workspace",
                 "network",
                 "state",
                 "stage",
                 "progress",
                 "reason",
                 "since",
                 "docker",
                 "agentState",
                 "acceleration",
                 "accelerationReason",
                 "confinement",
                 "limits",
                 "notices",
                 "blocked",
                 "sync",
                 "cpus",
                 "memoryMiB",
                 "version",
                 "pid"})
            QVERIFY2(json.contains(QLatin1StringView(key)), key);
        QCOMPARE(json[u"reasonKind"].toString(), u"imageDamaged"_s);
    }

    void logsTurnOver()
    {
        QTemporaryDir directory;
        const auto path = directory.filePath(u"x.log"_s);
        for (int turn = 0; turn < 3; ++turn) {
            QFile file(path);
            QVERIFY(file.open(QFile::WriteOnly));
            file.write("turn " + QByteArray::number(turn) + "\n");
            file.close();
            boundLog(path, {.bytes = 1, .kept = 2});
        }

        QVERIFY(!QFile::exists(path));
        QCOMPARE(lastLines(path + u".1"_s, 10), QStringList{u"turn 2"_s});
        QCOMPARE(lastLines(path + u".2"_s, 10), QStringList{u"turn 1"_s});
        QVERIFY(!QFile::exists(path + u".3"_s));
    }

    void anImageIsReadOnceForAllHomes()
    {
        QTemporaryDir images;
        QTemporaryDir one;
        QTemporaryDir two;
        QFile part(images.filePath(u"vmlinuz"_s));
        QVERIFY(part.open(QFile::WriteOnly) && part.write("kernel") == 6);
        part.close();
        const vmm::BaseImage image{.digest = u"d1"_s,
            .directory = images.path(),
            .parts = {{.name = u"vmlinuz"_s,
                .bytes = 6,
                .sha256 = QString::fromLatin1(
                    QCryptographicHash::hash("kernel", QCryptographicHash::Sha256).toHex())}}};
        const auto check = [&](const QTemporaryDir &home) {
            auto checked =
                checkImage(this, image, imageCheckCaches(home.path(), image, images.path()));
            while (!checked.isFinished())
                QTest::qWait(1);
            return checked.result().has_value();
        };

        QVERIFY(check(one));
        QCOMPARE(imageCheckCaches(two.path(), image, images.path()).value(1),
            images.filePath(u".verified"_s));
        QVERIFY(QFile::exists(images.filePath(u".verified"_s)));
        QVERIFY(check(two)); // by what lies beside the image: nothing is written
        QVERIFY(QDir(two.path()).isEmpty());

        QVERIFY(part.open(QFile::WriteOnly) && part.write("broken") == 6);
        part.close();
        QVERIFY(!check(one));

        // Where others may write, nothing is believed.
        QVERIFY(::chmod(QFile::encodeName(images.path()).constData(), 0777) == 0);
        QCOMPARE(imageCheckCaches(two.path(), image, images.path()).size(), 1);
    }

    void theAuthorityIsRenewedBeforeItEnds()
    {
        QTemporaryDir directory;
        const auto made = authorityOf(directory.path(), u"sb"_s);
        QVERIFY(made);
        QCOMPARE(authorityOf(directory.path(), u"sb"_s)->certificate, made->certificate);

        // As a former version made it, for ten years; and one whose end is near.
        for (const int days : {3650, 20}) {
            QVERIFY(QProcess::execute(u"openssl"_s,
                        {u"req"_s,
                            u"-x509"_s,
                            u"-new"_s,
                            u"-key"_s,
                            directory.filePath(u"ca.key"_s),
                            u"-days"_s,
                            QString::number(days),
                            u"-subj"_s,
                            u"/CN=old"_s,
                            u"-out"_s,
                            directory.filePath(u"ca.crt"_s)}) == 0);
            QFile file(directory.filePath(u"ca.crt"_s));
            QVERIFY(file.open(QFile::ReadOnly));
            const auto old = file.readAll();

            const auto renewed = authorityOf(directory.path(), u"sb"_s);
            QVERIFY(renewed && renewed->certificate != old);
            QCOMPARE(authorityOf(directory.path(), u"sb"_s)->certificate, renewed->certificate);
        }
    }

    void aForkKeepsTheAuthorityOfItsSourceUntilItBoots()
    {
        QTemporaryDir directory;
        const auto made = authorityOf(directory.path(), u"sb"_s);
        QVERIFY(made);
        QFile mark(directory.filePath(u"ca.inherited"_s));
        QVERIFY(mark.open(QFile::WriteOnly));
        QVERIFY(QDir(directory.path()).mkpath(u"suspended"_s));
        QFile manifest(directory.filePath(u"suspended/manifest.json"_s));
        QVERIFY(manifest.open(QFile::WriteOnly));
        QCOMPARE(authorityOf(directory.path(), u"sb"_s)->certificate, made->certificate);

        QVERIFY(manifest.remove());
        const auto own = authorityOf(directory.path(), u"sb"_s);

        QVERIFY(own && own->certificate != made->certificate);
        QVERIFY(!mark.exists());
        QCOMPARE(authorityOf(directory.path(), u"sb"_s)->certificate, own->certificate);
    }

    void aForkMapsTheMemoryOfItsMoment()
    {
        const auto spec = machineSpec(someSettings(),
            vmm::BaseImage(),
            {.sandboxDirectory = u"/sb"_s,
                .initrd = u"/initrd"_s,
                .way = LaunchWay::Resume,
                .state = u"/sb/suspended.taken/state"_s,
                .ram = u"/sb/suspended.taken/ram"_s});

        QCOMPARE(spec.start.from, vmm::StartSpec::From::DeviceState);
        QCOMPARE(spec.memory.backing, vmm::MemorySpec::Backing::PrivateFile);
        QCOMPARE(spec.memory.path, u"/sb/suspended.taken/ram"_s);
    }

    void theOwnLogTurnsOverWhileItIsOpen()
    {
        QTemporaryDir directory;
        const auto path = directory.filePath(u"warden.log"_s);
        const int log = ::open(
            QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        for (int turn = 0; turn < 4; ++turn) {
            turnOver(log, path, {.bytes = 10, .kept = 2});
            QCOMPARE(::write(log, "0123456789 this is long\n", 24), 24);
        }
        turnOver(log, directory.filePath(u"other.log"_s), {.bytes = 10, .kept = 2});
        ::close(log);

        QCOMPARE(QDir(directory.path()).entryList(QDir::Files),
            (QStringList{u"warden.log"_s, u"warden.log.1"_s, u"warden.log.2"_s}));
        QCOMPARE(QFileInfo(path).size(), 24);
    }

    void writesTheAgentsFilesOnce()
    {
        QTemporaryDir directory;
        const SandboxStateFiles state(directory.path());
        const QList<AgentFile> files{{.path = u"/a"_s, .content = u"1"_s, .mode = u"0600"_s}};

        QCOMPARE(state.newFiles(files), files);
        state.rememberFiles(files);
        QCOMPARE(state.newFiles(files), QList<AgentFile>());
        QVERIFY(
            !state.newFiles({{.path = u"/a"_s, .content = u"2"_s, .mode = u"0600"_s}}).isEmpty());
    }

    void placeholdersStay()
    {
        QTemporaryDir directory;
        const auto agent = *AgentCatalog::load(Paths::fromEnvironment()).find(u"claude"_s);

        const auto first = SandboxStateFiles(directory.path()).placeholders(agent);

        QCOMPARE(SandboxStateFiles(directory.path()).placeholders(agent), first);
    }

    void remembersAnUncleanStop()
    {
        QTemporaryDir directory;
        const SandboxStateFiles state(directory.path());
        QVERIFY(!state.wasUnclean());
        state.markRunning();
        QVERIFY(state.wasUnclean());
        state.markStopped();
        QVERIFY(!state.wasUnclean());
    }
};

QTEST_GUILESS_MAIN(TestDecisions)
#include "tst_decisions.moc"
