#include "core/config/write_file.h"
#include "core/warden/former_machine.h"
#include "tests/eventually.h"
#include "vmm/descriptor.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace core;

class TestFormerMachine : public QObject
{
    Q_OBJECT

private:
    std::optional<QTemporaryDir> m_directory;
    QString m_disk;

    /// As QEMU does for a disk that it has open.
    [[nodiscard]] vmm::Descriptor locked() const
    {
        vmm::Descriptor file(::open(QFile::encodeName(m_disk).constData(), O_RDWR | O_CLOEXEC));
        struct flock lock = {};
        lock.l_type = F_RDLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = 201;
        lock.l_len = 1;
        if (::fcntl(file.number(), F_OFD_SETLK, &lock) != 0)
            qFatal("the disk cannot be locked");
        return file;
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
        m_disk = m_directory->filePath(u"root.qcow2"_s);
        QVERIFY(writeFile(m_disk, "disk"));
    }

    void disksThatNobodyHoldsAreFreeAtOnce()
    {
        FormerMachine former({m_disk, m_directory->filePath(u"missing.qcow2"_s)});
        const auto gone = former.gone(1min);
        QVERIFY(gone.isFinished() && gone.result());
    }

    void aMachineThatIsEndingIsWaitedFor()
    {
        FormerMachine former({m_disk});
        auto machine = locked();
        const auto gone = former.gone(1min);
        QVERIFY(!gone.isFinished());

        machine = vmm::Descriptor();

        QTRY_VERIFY(gone.isFinished());
        QVERIFY(gone.result());
    }

    void oneThatDoesNotEndIsTold()
    {
        FormerMachine former({m_disk});
        const auto machine = locked();
        const auto gone = former.gone(60ms);
        QTRY_VERIFY(gone.isFinished());
        QCOMPARE(gone.result().error().kind, Error::Kind::StateConflict);
        QVERIFY(gone.result().error().detail.contains(m_disk));
    }
};

QTEST_GUILESS_MAIN(TestFormerMachine)
#include "tst_former_machine.moc"
