#include "core/config/write_file.h"
#include "core/warden/suspend_image.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace core;

class TestSuspendImage : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    vmm::TemplateIdentity m_identity;

    void suspend()
    {
        const SuspendImage image(m_directory->path());
        const auto state = image.begin();
        QVERIFY(state);
        QVERIFY(writeFile(*state, "all of its memory"));
        QVERIFY(image.keep(m_identity, {{u"nextId"_s, 3}}));
    }

    static void setTime(const QString &path, const QDateTime &time)
    {
        QFile file(path);
        QVERIFY(file.open(QFile::ReadWrite));
        QVERIFY(file.setFileTime(time, QFile::FileModificationTime));
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory = std::make_unique<QTemporaryDir>();
        m_identity.qemu = u"10.0"_s;
        QVERIFY(writeFile(m_directory->filePath(u"root.qcow2"_s), "disk"));
        suspend();
    }

    void itIsThereUntilItIsTaken()
    {
        const SuspendImage image(m_directory->path());
        QCOMPARE(image.fits(m_identity), std::optional(true));
        QVERIFY(QFile::exists(image.state())); // what only reads it loses nothing
        QVERIFY(SuspendImage::isThere(m_directory->path()));

        QVERIFY(image.take());

        QVERIFY(!SuspendImage::isThere(m_directory->path()));
        QCOMPARE(image.fits(m_identity), std::nullopt);
        QCOMPARE(image.terminals().value("nextId"_L1).toInt(), 3);
        image.discard();
        QCOMPARE(
            QDir(m_directory->path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot), QStringList());
    }

    void itDoesNotFitDisksThatHaveChangedSince()
    {
        const SuspendImage image(m_directory->path());
        const auto disk = m_directory->filePath(u"root.qcow2"_s);
        const auto written = QFileInfo(disk).lastModified();
        QVERIFY(writeFile(disk, "DISK"));
        setTime(disk, written.addMSecs(1));
        QCOMPARE(image.fits(m_identity), std::optional(false));

        QVERIFY(writeFile(disk, "longer"));
        setTime(disk, written);
        QCOMPARE(image.fits(m_identity), std::optional(false));
    }

    void itDoesNotFitAnotherMachine()
    {
        const SuspendImage image(m_directory->path());
        m_identity.qemu = u"11.0"_s;
        QCOMPARE(image.fits(m_identity), std::optional(false));
    }

    void anUnfinishedOneIsNone()
    {
        const SuspendImage image(m_directory->path());
        QVERIFY(image.begin()); // ends what was there
        QCOMPARE(image.fits(m_identity), std::nullopt);
    }

    void aDiscardedOneIsGoneWhateverItsFilesAre()
    {
        const SuspendImage image(m_directory->path());
        image.discard();
        QCOMPARE(image.fits(m_identity), std::nullopt);
        QCOMPARE(
            QDir(m_directory->path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestSuspendImage)
#include "tst_suspend_image.moc"
