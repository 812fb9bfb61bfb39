#include "core/client/disk_report.h"
#include "core/client/sandbox_folder.h"
#include "core/client/sandbox_sizes.h"
#include "core/client/sandboxes.h"
#include "core/sandbox/disk_record.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <unistd.h>

using namespace core;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kibibyte = 1024;

void fill(const QString &path, qint64 kib)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly));
    QVERIFY(file.write(QByteArray(kib * kibibyte, 'x')) == kib * kibibyte);
}

void link(const QString &from, const QString &to)
{
    QDir().mkpath(QFileInfo(to).path());
    QCOMPARE(::link(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()), 0);
}

} // namespace

/// Sandboxes that are off, in a home of their own.
class TestDiskReport : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("PADDOCK_HOME", m_home->path().toLocal8Bit());
        QVERIFY(QDir().mkpath(paths().sandboxes()));
        SandboxSettings settings;
        settings.id = {u"a1b2c3d4"_s};
        settings.name = u"web"_s;
        settings.agent = u"shell"_s;
        settings.workspace = u"/home/me/web"_s;
        settings.machineTemplate = u"k-1"_s;
        QVERIFY(writeSandbox(paths(), settings, {}));
    }

    void tellsItsOwnFromWhatIsShared()
    {
        const auto directory = paths().sandbox(u"a1b2c3d4"_s);
        fill(directory + u"/root.qcow2"_s, 512);
        fill(directory + u"/suspended/state"_s, 256);
        fill(paths().templates() + u"/k-1/root.qcow2"_s, 1024);
        QVERIFY(writeDiskRecords(directory,
            {.atMs = 7,
                .disks = {{.name = u"root"_s,
                    .size = 9000 * kibibyte,
                    .used = 1200 * kibibyte,
                    .ownThen = 100 * kibibyte,
                    .usedThen = 1000 * kibibyte}}}));

        const auto report = diskReport(paths(), {});

        QCOMPARE(report.sandboxes.size(), 1);
        const auto &use = report.sandboxes.first();
        QCOMPARE(use.name, u"web"_s);
        QCOMPARE(use.atMs, 7);
        const auto &root = use.disks.first();
        QCOMPARE(root.own, 512 * kibibyte);
        QCOMPARE(root.shared, 1024 * kibibyte);
        QCOMPARE(root.reclaimable.value(), 212 * kibibyte);
        QVERIFY(!use.disks.last().used);
        QVERIFY(use.rest >= 256 * kibibyte);
        QCOMPARE(report.templates.first().sandboxes, QStringList{u"web"_s});
        QCOMPARE(total(report), total(use) + report.templates.first().bytes);
    }

    void countsWhatIsLinkedOnce()
    {
        const auto web = paths().sandbox(u"a1b2c3d4"_s);
        const auto fork = paths().sandbox(u"b1b2c3d4"_s);
        SandboxSettings settings;
        settings.id = {u"b1b2c3d4"_s};
        settings.name = u"web-fork"_s;
        settings.agent = u"shell"_s;
        settings.workspace = u"/home/me/web"_s;
        QVERIFY(writeSandbox(paths(), settings, {}));
        fill(web + u"/root.qcow2"_s, 512);
        link(web + u"/root.qcow2"_s, fork + u"/root.qcow2"_s);
        fill(web + u"/docker.qcow2"_s, 256);
        link(web + u"/docker.qcow2"_s, web + u"/snapshots/one/docker.qcow2"_s);

        const auto report = diskReport(paths(), {});

        QCOMPARE(report.linked, 512 * kibibyte);
        for (const auto &use : report.sandboxes) {
            QCOMPARE(use.disks.first().own, 0);
            QCOMPARE(use.disks.first().shared, 512 * kibibyte);
        }
        const auto docker =
            std::ranges::find(report.sandboxes.first().disks, u"docker"_s, &DiskUse::name);
        QCOMPARE(docker->own, 256 * kibibyte); // both names are its own
        QCOMPARE(docker->shared, 0);
        QVERIFY(report.sandboxes.first().rest < 256 * kibibyte);
        QCOMPARE(total(report),
            total(report.sandboxes[0]) + total(report.sandboxes[1]) + 512 * kibibyte);

        QVERIFY(QFile::remove(fork + u"/root.qcow2"_s));
        QCOMPARE(diskReport(paths(), {}).linked, 0);
        QCOMPARE(diskReport(paths(), {}).sandboxes.first().disks.first().own, 512 * kibibyte);
    }

    void countsAndClearsKeptContainerImages()
    {
        QCOMPARE(diskReport(paths(), {}).imageBlobs, 0);
        QCOMPARE(clearImageBlobs(paths()), 0);
        fill(paths().imageBlobs() + u"/aa@r.example:443"_s, 64);
        fill(paths().imageBlobs() + u"/.partial"_s, 32);
        const auto report = diskReport(paths(), {});
        QCOMPARE(report.imageBlobs, 96 * kibibyte);
        QCOMPARE(total(report), total(report.sandboxes.first()) + report.imageBlobs);

        QCOMPARE(clearImageBlobs(paths()), 96 * kibibyte);

        QCOMPARE(diskReport(paths(), {}).imageBlobs, 0);
        QVERIFY(QFileInfo::exists(paths().imageBlobs())); // gateways have it open
    }

    void changesTheSizesOfOneThatIsOff()
    {
        Sandboxes sandboxes(paths());
        const SandboxId id{u"a1b2c3d4"_s};

        const auto answer = changeSizes(sandboxes, id, {.cpus = 3, .diskGiB = 30}).result();

        QCOMPARE(answer.value(), (SizeAnswer{.now = {u"cpus"_s, u"disk"_s}, .atNextStart = {}}));
        const auto settings = readSettings(paths(), id);
        QCOMPARE(settings->cpus, 3);
        QCOMPARE(settings->diskGiB, 30);
        QCOMPARE(
            changeSizes(sandboxes, id, {.diskGiB = 5}).result().error().kind, Error::Kind::Usage);
        QCOMPARE(changeSizes(sandboxes, {u"zzzzzzzz"_s}, {.cpus = 2}).result().error().kind,
            Error::Kind::NoSuchSandbox);
    }

private:
    static Paths paths() { return Paths::fromEnvironment(); }

    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(TestDiskReport)
#include "tst_disk_report.moc"
