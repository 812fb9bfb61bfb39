#include "tests/settled.h"
#include "vmm/machine/host_capabilities.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace vmm;

namespace {

constexpr char machines[] = R"(Supported machines are:
microvm              microvm (i386)
pc-q35-9.2           Standard PC (Q35 + ICH9, 2009)
q35                  Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-10.0)
pc-q35-10.0          Standard PC (Q35 + ICH9, 2009)
pc-q35-11.0          Standard PC (Q35 + ICH9, 2009) (deprecated)
)";

} // namespace

class TestHostCapabilities : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
    }

    void findsVersionMachineTypeAndAccelerators()
    {
        const auto host = probe(fakeQemu(u"10.0.13"_s));

        QVERIFY2(host, host ? "" : qPrintable(host.error().detail));
        QCOMPARE(host->qemuVersion, QVersionNumber(10, 0, 13));
        QCOMPARE(host->machineType, u"pc-q35-10.0"_s);
        QCOMPARE(host->accelerators, (QStringList{u"tcg"_s, u"kvm"_s}));
    }

    void refusesAnOldQemu_data()
    {
        QTest::addColumn<QString>("version");
        QTest::newRow("too old") << u"7.2.1"_s;
        QTest::newRow("just too old") << u"8.1.9"_s;
        QTest::newRow("no version") << u"unknown"_s;
    }

    void refusesAnOldQemu()
    {
        QFETCH(QString, version);

        const auto host = probe(fakeQemu(version));

        QVERIFY(!host);
        QCOMPARE(host.error().kind, Error::Kind::QemuTooOld);
        QVERIFY(host.error().detail.contains(u"8.2"_s));
    }

    void tellsThatQemuIsMissing()
    {
        const auto host = probe(u"/nonexistent/qemu"_s);

        QVERIFY(!host);
        QCOMPARE(host.error().kind, Error::Kind::QemuMissing);
    }

    void tellsWhatABrokenQemuSaid()
    {
        const auto host = probe(program(u"qemu"_s, "echo 'libfoo.so is missing' >&2; exit 127"));

        QVERIFY(!host);
        QCOMPARE(host.error().kind, Error::Kind::ProcessFailed);
        QVERIFY(host.error().detail.contains(u"libfoo.so is missing"_s));
    }

    void usesBubblewrapOnlyWhereItWorks_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("usable");
        QTest::addColumn<QString>("gap");
        QTest::newRow("works") << QByteArray("exit 0") << true << QString();
        QTest::newRow("namespaces are restricted")
            << QByteArray("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
            << false << u"user namespaces are restricted"_s;
        QTest::newRow("fails otherwise")
            << QByteArray("echo 'bwrap: no' >&2; exit 1") << false << u"bwrap: no"_s;
    }

    void usesBubblewrapOnlyWhereItWorks()
    {
        QFETCH(QByteArray, script);
        QFETCH(QString, gap);

        const auto host = probe(fakeQemu(u"10.0.0"_s), program(u"bwrap"_s, script));

        QVERIFY(host);
        QTEST(!host->bubblewrap.isEmpty(), "usable");
        QVERIFY2(host->confinementGap.contains(gap), qPrintable(host->confinementGap));
        QCOMPARE(host->confinementGap.isEmpty(), gap.isEmpty());
        QVERIFY(host->confinement().contains(gap));
    }

private:
    QString program(const QString &name, const QByteArray &script)
    {
        const auto path = m_directory->filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write("#!/bin/sh\n" + script + '\n');
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }

    QString fakeQemu(const QString &version)
    {
        return program(u"qemu"_s,
            "case $1 in --version) echo 'QEMU emulator version " + version.toUtf8() +
                " (Debian)';;\n-machine) cat <<'END'\n" + machines +
                "END\n;;\n-accel) printf 'Accelerators supported in QEMU binary:\\ntcg\\nkvm\\n';; "
                "esac");
    }

    Result<HostCapabilities> probe(
        const QString &qemu, const QString &bubblewrap = u"/nonexistent/bwrap"_s)
    {
        return settled(probeHost({.qemu = qemu, .qemuImg = {}, .bubblewrap = bubblewrap}));
    }

    std::optional<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestHostCapabilities)
#include "tst_host_capabilities.moc"
