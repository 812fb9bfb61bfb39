#include "tests/eventually.h"
#include "vmm/template/template_store.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <optional>

using namespace Qt::StringLiterals;
using namespace vmm;

class TestTemplateStore : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
        m_store.emplace(m_directory->path());
    }
    void cleanup()
    {
        for (const auto &entry : m_store->list().templates)
            QVERIFY(m_store->remove(entry.name, nobody));
    }

    void hasNothingAtFirst()
    {
        QVERIFY(m_store->list().templates.isEmpty());
        QCOMPARE(m_store->find(identity()).error().kind, Error::Kind::ImageMissing);
    }

    void keepsWhatWasBuiltUnderItsKey()
    {
        const auto kept = keep();

        QVERIFY2(kept, kept ? "" : qPrintable(kept.error().detail));
        QVERIFY(kept->name.startsWith(identity().key() + u'-'));
        QVERIFY(kept->canFork);
        QCOMPARE(kept->identity, identity());
        QCOMPARE(m_store->find(identity())->name, kept->name);
        QVERIFY(!QDir(m_store->buildDirectory(identity().key())).exists());
        QVERIFY2(!QFile(kept->ram()).permissions().testFlag(QFile::WriteOwner), "read-only");
    }

    void isForExactlyTheMachineItWasMadeFor_data()
    {
        QTest::addColumn<TemplateIdentity>("other");
        const auto row = [](const char *name, auto change) {
            auto other = identity();
            change(other);
            QTest::newRow(name) << other;
        };
        row("image", [](auto &i) { i.image = u"b"_s; });
        row("guest agent", [](auto &i) { i.initrd = u"b"_s; });
        row("QEMU", [](auto &i) { i.qemu = u"10.1.0"_s; });
        row("machine type", [](auto &i) { i.machineType = u"pc-q35-10.1"_s; });
        row("accelerator", [](auto &i) { i.accelerator = u"kvm"_s; });
        row("CPU", [](auto &i) { i.cpu = u"b"_s; });
        row("CPUs", [](auto &i) { i.cpus = 4; });
        row("memory", [](auto &i) { i.memoryMiB = 4096; });
        row("disk", [](auto &i) { i.diskGiB = 40; });
    }

    void isForExactlyTheMachineItWasMadeFor()
    {
        QFETCH(TemplateIdentity, other);
        QVERIFY(keep());

        QVERIFY(!m_store->find(other));
        QVERIFY(other.key() != identity().key());
    }

    void isNotForkedOnceDamaged_data()
    {
        QTest::addColumn<QString>("part");
        QTest::addColumn<bool>("disksAreGood");
        QTest::newRow("memory") << u"ram"_s << true;
        QTest::newRow("state") << u"state"_s << true;
        QTest::newRow("root disk") << u"root.qcow2"_s << false;
        QTest::newRow("docker disk") << u"docker.qcow2"_s << false;
        QTest::newRow("work disk") << u"work.qcow2"_s << false;
        QTest::newRow("manifest") << u"manifest.json"_s << false;
    }

    void isNotForkedOnceDamaged()
    {
        QFETCH(QString, part);
        const auto kept = keep();
        write(kept->directory + u'/' + part, "half");

        QVERIFY(!m_store->find(identity()));
        QTEST(m_store->open(kept->name).has_value(), "disksAreGood");
        QVERIFY(m_store->remove(kept->name, nobody));
    }

    /// Somebody replaced the manifest of one kind by that of another.
    void isNotForkedByAnotherIdentityThanItsOwn()
    {
        const auto kept = keep();
        QFile manifest(kept->directory + u"/manifest.json"_s);
        QVERIFY(manifest.open(QIODevice::ReadOnly));
        const auto content = manifest.readAll();
        manifest.close();
        write(manifest.fileName(), QByteArray(content).replace("10.0.0", "10.1.0"));

        QVERIFY(!m_store->find(identity()));
        write(manifest.fileName(), content);
        QVERIFY(m_store->find(identity()));
    }

    void isNotForkedWhenAPartIsGone_data()
    {
        QTest::addColumn<QString>("part");
        for (const auto *part :
            {"ram", "state", "root.qcow2", "docker.qcow2", "work.qcow2", "manifest.json"})
            QTest::newRow(part) << QString::fromLatin1(part);
    }

    void isNotForkedWhenAPartIsGone()
    {
        QFETCH(QString, part);
        const auto kept = keep();
        QVERIFY(QFile::remove(kept->directory + u'/' + part));

        QVERIFY(!m_store->find(identity()));
        QVERIFY(m_store->remove(kept->name, nobody));
    }

    void remembersWhenItWasForked()
    {
        const auto kept = keep();
        QCOMPARE(kept->used, kept->created);
        QTRY_VERIFY(QDateTime::currentDateTime() > kept->created.addMSecs(10));

        m_store->markUsed(kept->name);

        QVERIFY(m_store->open(kept->name)->used > kept->created);
        QVERIFY(m_store->find(identity()));
        m_store->markUsed(u"0123456789abcdef-01234567"_s); // one that is gone
        QCOMPARE(m_store->list().templates.size(), 1);
        QVERIFY(m_store->list().damaged.isEmpty());
    }

    void tellsWhatItsMemoryTakes()
    {
        const auto kept = keep();
        QVERIFY(kept->memoryBytes > 0);
        QVERIFY(kept->memoryBytes < kept->bytes);

        QVERIFY(m_store->discardMemory(kept->name));

        QCOMPARE(m_store->open(kept->name)->memoryBytes, 0);
    }

    void comesBackWhenSomebodyBuildsOnItAtTheLastMoment()
    {
        const auto kept = keep();
        bool wasHidden = false;

        const auto removed = m_store->remove(kept->name, [&] {
            wasHidden = !m_store->find(identity());
            return true;
        });

        QVERIFY(removed);
        QVERIFY(!*removed);
        QVERIFY(wasHidden);
        QCOMPARE(m_store->find(identity())->name, kept->name);
    }

    void letsTheMemoryGoAndKeepsTheDisks()
    {
        const auto kept = keep();

        QVERIFY(m_store->discardMemory(kept->name));

        QVERIFY(!m_store->find(identity()));
        QVERIFY(m_store->open(kept->name));
        QVERIFY(!m_store->open(kept->name)->canFork);
        QVERIFY(!QFile::exists(kept->ram()));
        QVERIFY(QFile::exists(kept->disk(u"root"_s)));
    }

    void forksTheNewestOfTwo()
    {
        const auto first = keep();
        QTRY_VERIFY(QDateTime::currentDateTime() > first->created.addMSecs(1));
        const auto second = keep();

        QCOMPARE(m_store->find(identity())->name, second->name);
    }

    void doesNotKeepAHalfBuild()
    {
        build();
        QFile::remove(m_store->buildDirectory(identity().key()) + u"/state"_s);

        QVERIFY(!m_store->keep(identity()));
        QVERIFY(m_store->list().templates.isEmpty());
        QVERIFY(m_store->list().damaged.isEmpty());
    }

    void removesNothingOutsideItself_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << u""_s;
        QTest::newRow("upwards") << u"../templates"_s;
        QTest::newRow("unknown") << u"0123456789abcdef-01234567"_s;
    }

    void removesNothingOutsideItself()
    {
        QFETCH(QString, name);

        QVERIFY(!m_store->remove(name, nobody));
        QVERIFY(!m_store->open(name));
        QVERIFY(QDir(m_directory->path()).exists());
    }

private:
    static bool nobody() { return false; }

    static TemplateIdentity identity()
    {
        return {.image = u"a"_s,
            .initrd = u"initrd-0"_s,
            .qemu = u"10.0.0"_s,
            .machineType = u"pc-q35-10.0"_s,
            .accelerator = u"tcg"_s,
            .cpu = u"max"_s};
    }

    static void write(const QString &path, const QByteArray &content)
    {
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }

    void build()
    {
        const auto directory = m_store->buildDirectory(identity().key());
        QVERIFY(QDir().mkpath(directory));
        for (const auto *part : {"ram", "state", "root.qcow2", "docker.qcow2", "work.qcow2"})
            write(directory + u'/' + QLatin1StringView(part), part);
    }

    Result<MachineTemplate> keep()
    {
        build();
        return m_store->keep(identity());
    }

    std::optional<QTemporaryDir> m_directory;
    std::optional<TemplateStore> m_store;
};

QTEST_GUILESS_MAIN(TestTemplateStore)
#include "tst_template_store.moc"
