#include "guest_client.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

using namespace Qt::StringLiterals;
using core::link::Channel;

namespace {

constexpr int bootTimeoutMs = 200000;

/// A connected UNIX socket, or -1.
int connectTo(const QByteArray &path)
{
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.constData(), sizeof(address.sun_path) - 1);
    if (::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0)
        return descriptor;
    ::close(descriptor);
    return -1;
}

} // namespace

/// The real agent as PID 1 of a real machine; one boot for all. PADDOCK_IMAGE names the image.
class TestMachine : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_directory;
    QProcess m_qemu;
    std::unique_ptr<GuestClient> m_guest;
    QElapsedTimer m_sinceStart;

    QString inDirectory(const QString &name) const { return m_directory.filePath(name); }
    QByteArray console() const
    {
        QFile file(inDirectory(u"console.log"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void makeDisk(const QString &name, const QStringList &more)
    {
        const QStringList arguments = QStringList{u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s} +
                                      more.mid(0, more.size() - 1) +
                                      QStringList{inDirectory(name + u".qcow2"_s)} +
                                      more.last().split(u' ', Qt::SkipEmptyParts);
        QCOMPARE(QProcess::execute(u"qemu-img"_s, arguments), 0);
    }

    void makeFiles(const QString &image)
    {
        makeDisk(u"root"_s, {u"-F"_s, u"qcow2"_s, u"-b"_s, image + u"/root.qcow2"_s, u""_s});
        makeDisk(u"docker"_s, {u"8G"_s});
        makeDisk(u"work"_s, {u"8G"_s});
        QFile initrd(inDirectory(u"initrd"_s));
        QVERIFY(initrd.open(QIODevice::WriteOnly));
        for (const QString &part :
            {image + u"/modules.cpio"_s, QString::fromLatin1(PROGRAMS "/guest.cpio")}) {
            QFile file(part);
            QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(part));
            initrd.write(file.readAll());
        }
    }

    void startMachine(const QString &image)
    {
        QStringList arguments{u"-M"_s,
            u"q35,usb=off,sata=off,i8042=off,hpet=off,vmport=off,smm=off"_s,
            u"-accel"_s,
            u"tcg,thread=multi,tb-size=256"_s,
            u"-cpu"_s,
            u"max,-erms,-fsrm,-fsrs"_s,
            u"-m"_s,
            u"1536"_s,
            u"-smp"_s,
            u"2"_s,
            u"-nodefaults"_s,
            u"-no-reboot"_s,
            u"-display"_s,
            u"none"_s,
            u"-nic"_s,
            u"none"_s,
            u"-kernel"_s,
            image + u"/vmlinuz"_s,
            u"-initrd"_s,
            inDirectory(u"initrd"_s),
            u"-append"_s,
            u"console=ttyS0 quiet panic=1 no_timer_check reboot=acpi"_s,
            u"-serial"_s,
            u"file:"_s + inDirectory(u"console.log"_s),
            u"-device"_s,
            u"virtio-serial-pci"_s};
        for (const char *disk : {"root", "docker", "work"}) {
            const QString name = QString::fromLatin1(disk);
            arguments << u"-drive"_s
                      << u"if=none,id=%1,format=qcow2,cache=unsafe,file=%2"_s.arg(
                             name, inDirectory(name + u".qcow2"_s))
                      << u"-device"_s << u"virtio-blk-pci,drive=%1,serial=%1"_s.arg(name);
        }
        for (const char *port : {"control", "egress", "sync"}) {
            const QString name = QString::fromLatin1(port);
            arguments << u"-chardev"_s
                      << u"socket,id=%1,path=%2,server=on,wait=off"_s.arg(
                             name, inDirectory(name + u".sock"_s))
                      << u"-device"_s
                      << u"virtserialport,chardev=%1,name=org.paddock.%1"_s.arg(name);
        }
        m_qemu.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_qemu.start(u"qemu-system-x86_64"_s, arguments);
        m_sinceStart.start();
        QVERIFY(m_qemu.waitForStarted());
    }

private slots:
    void initTestCase()
    {
        const QString image = qEnvironmentVariable("PADDOCK_IMAGE");
        QVERIFY2(QFile::exists(image + u"/vmlinuz"_s), "PADDOCK_IMAGE names no guest image");
        makeFiles(image);
        startMachine(image);
        int port = -1;
        // The macro asks again after a success, and QEMU serves the first connection only.
        const auto connected = [&] {
            port = port >= 0 ? port : connectTo(inDirectory(u"control.sock"_s).toUtf8());
            return port >= 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT(connected(), 10000);
        m_guest = std::make_unique<GuestClient>(port);
        QVERIFY2(m_guest->connect(bootTimeoutMs), console().constData());
        qInfo("greeted %lld ms after the machine's start", m_sinceStart.elapsed());
        const auto configured = m_guest->request("POST",
            "/configure",
            R"({"hostname":"web-shop","workspace":"/tmp/paddock test/shop","docker":true,
                "files":[{"path":"/home/agent/.config/x","mode":"0600","content":"hello"}]})");
        QVERIFY2(configured.status == 200, configured.body.c_str());
    }

    void init() { QTest::failOnWarning(); }

    void cleanupTestCase()
    {
        if (m_qemu.state() != QProcess::NotRunning)
            m_qemu.kill();
        m_qemu.waitForFinished();
    }

    void commandRunsAsTheAgentInItsWorkspace()
    {
        const auto done = m_guest->run(
            R"({"argv":["sh","-c","id -un; hostname; pwd; touch here && cat ~/.config/x; sudo -n id -u"],)"
            R"("cwd":"/tmp/paddock test/shop"})",
            60000);
        QCOMPARE(done.output, std::string("agent\nweb-shop\n/tmp/paddock test/shop\nhello0\n"));
        QVERIFY2(done.control.contains("{\"exit\":{\"code\":0}}"), done.error.c_str());
    }

    void terminalFollowsAResize()
    {
        auto &command = m_guest->start(
            R"({"argv":["sh","-c","stty size; read x; stty size"],"terminal":{"columns":90,"rows":30}})");
        QVERIFY(m_guest->waitFor([&] { return command.output.contains("30 90"); }));
        m_guest->send(command, Channel::Control, R"({"resize":{"columns":50,"rows":10}})");
        m_guest->send(command, Channel::Input, "\n");
        QVERIFY(m_guest->waitFor([&] { return command.control.contains("exit"); }));
        QVERIFY2(command.output.contains("10 50"), command.output.c_str());
    }

    void clockAndSeedAreTaken()
    {
        QCOMPARE(m_guest->request("POST", "/clock", R"({"realtimeNs":1900000000000000000})").status,
            200);
        QCOMPARE(m_guest->request("POST", "/reseed", std::string(64, 's')).status, 200);
        QCOMPARE(m_guest->run(R"({"argv":["date","+%Y"]})").output, std::string("2030\n"));
    }

    void portServesTheNextHostAfterAHangUp()
    {
        m_guest.reset();
        m_guest = std::make_unique<GuestClient>(connectTo(inDirectory(u"control.sock"_s).toUtf8()));
        QVERIFY(m_guest->connect(10000));
        QCOMPARE(m_guest->run(R"({"argv":["echo","again"]})").output, std::string("again\n"));
    }

    void dockerBecomesReady()
    {
        std::string status;
        QTRY_VERIFY2_WITH_TIMEOUT(
            (status = m_guest->request("GET", "/status").body).contains(R"("docker":"ready")"),
            status.c_str(),
            150000);
        const auto info = m_guest->run(
            R"({"argv":["docker","info","-f","{{.Driver}} {{.CgroupVersion}}"]})", 60000);
        QCOMPARE(info.output, std::string("overlay2 2\n"));
    }

    void shutdownPowersTheMachineOff()
    {
        QCOMPARE(m_guest->request("POST", "/shutdown", R"({"mode":"poweroff"})").status, 200);
        QVERIFY2(m_qemu.waitForFinished(60000), console().constData());
        QCOMPARE(m_qemu.exitCode(), 0);
        QVERIFY(console().contains("Power down"));
    }
};

QTEST_GUILESS_MAIN(TestMachine)
#include "tst_machine.moc"
