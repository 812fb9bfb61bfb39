#include "core/client/file_lock.h"
#include "core/client/sandbox_folder.h"
#include "core/config/write_file.h"
#include "core/warden/disk_users.h"
#include "core/warden/template_cleanup.h"
#include "core/warden/template_progress.h"
#include "vmm/template/template_store.h"

#include <QDataStream>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace core;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 gibibyte = qint64(1) << 30;

/// Templates of `count` that were used one after another, the first one last, each of one GiB.
QList<vmm::MachineTemplate> used(int count)
{
    QList<vmm::MachineTemplate> templates;
    for (int i = 0; i < count; ++i)
        templates << vmm::MachineTemplate{.name = QString::number(i + 1),
            .used = QDateTime::fromMSecsSinceEpoch(1'000'000 - i),
            .memoryBytes = gibibyte,
            .canFork = true};
    return templates;
}

} // namespace

/// What becomes of templates: progress, users, budget, leftovers.
class TestTemplateCare : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home.emplace();
        qputenv("PADDOCK_HOME", QFile::encodeName(m_home->path()));
        m_paths = Paths::fromEnvironment();
        QVERIFY(makePrivateDirectory(m_paths.templates()));
        QVERIFY(makePrivateDirectory(m_paths.sandboxes()));
    }
    void cleanup() { qunsetenv("PADDOCK_HOME"); }

    void isBuildingAsLongAsItsBuilderLives()
    {
        QVERIFY(!templateProgress(m_paths, key()));
        auto lock = FileLock::take(templateLock(m_paths, key()));
        QVERIFY(lock);
        writeProgress(m_paths, progress());

        QCOMPARE(templateProgress(m_paths, key()), progress());
        QCOMPARE(allTemplateProgress(m_paths), QList{progress()});

        lock.reset(); // as when it is killed
        auto stopped = progress();
        stopped.state = TemplateProgress::State::Stopped;
        QCOMPARE(templateProgress(m_paths, key()), stopped);

        removeProgress(m_paths, key());
        QVERIFY(!templateProgress(m_paths, key()));
    }

    void tellsWhyItFailed()
    {
        auto failed = progress();
        failed.reason = u"dockerd was not ready in time"_s;
        writeProgress(m_paths, failed);

        failed.state = TemplateProgress::State::Failed;
        QCOMPARE(templateProgress(m_paths, key()), failed);
        QCOMPARE(toJson(failed)[u"state"_s].toString(), u"failed"_s);
    }

    void aNoteThatCannotBeReadIsNoBuild()
    {
        write(m_paths.templates() + u"/.progress-"_s + key() + u".json"_s, "half a no");

        QVERIFY(templateProgress(m_paths, key())->state == TemplateProgress::State::Stopped);
    }

    void keepsWhatFitsTheBudget_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<qint64>("budget");
        QTest::addColumn<QStringList>("gone");
        QTest::newRow("all fit") << 3 << 3 * gibibyte << QStringList();
        QTest::newRow("the oldest does not") << 3 << 3 * gibibyte - 1 << QStringList{u"3"_s};
        QTest::newRow("two do not") << 3 << gibibyte << QStringList{u"2"_s, u"3"_s};
        QTest::newRow("the last one stays without a budget")
            << 3 << qint64(0) << QStringList{u"2"_s, u"3"_s};
        QTest::newRow("none") << 0 << qint64(0) << QStringList();
    }

    void keepsWhatFitsTheBudget()
    {
        QFETCH(int, count);
        QFETCH(qint64, budget);

        QTEST(beyondBudget(used(count), budget), "gone");
    }

    void disksAloneDoNotCount()
    {
        auto templates = used(2);
        templates[0].canFork = false;

        QCOMPARE(beyondBudget(templates, 0), QStringList());
    }

    void knowsItsUsersBySettingsAndByDisks()
    {
        const auto name = keep(identity());
        QCOMPARE(usersOfTemplate(m_paths, name), QStringList());

        addSandbox(u"aaaaaaaa"_s, u"shop"_s, name);
        writeDisk(m_paths.sandbox(u"bbbbbbbb"_s) + u"/root.qcow2"_s, rootOf(name)); // unreadable
        writeDisk(m_paths.data + u"/layers/x/root.qcow2"_s, rootOf(name));
        writeDisk(m_paths.sandbox(u"aaaaaaaa"_s) + u"/sync/versions/root.qcow2"_s, rootOf(name));
        writeDisk(m_paths.data + u"/other/root.qcow2"_s, u"/elsewhere/root.qcow2"_s);

        QCOMPARE(usersOfTemplate(m_paths, name),
            (QStringList{u"layers/x"_s, u"sandboxes/bbbbbbbb"_s, u"shop"_s}));
    }

    void anImageIsUsedByTemplatesAndSandboxes()
    {
        const auto name = keep(identity());
        addSandbox(u"aaaaaaaa"_s, u"shop"_s, {});

        QCOMPARE(usersOfImage(m_paths, u"0123456789abcdef"_s),
            (QStringList{u"shop"_s, u"template "_s + name}));
        QCOMPARE(usersOfImage(m_paths, u"fedcba9876543210"_s), QStringList());
    }

    void removesAllOfOneThatNobodyBuildsOn()
    {
        const auto name = keep(identity());

        QCOMPARE(removeTemplate(m_paths, name), (TemplateRemoval{.name = name, .users = {}}));

        QVERIFY(!QDir(m_paths.templates() + u'/' + name).exists());
        QCOMPARE(removeTemplate(m_paths, name).error().kind, Error::Kind::ImageMissing);
    }

    void keepsTheDisksOfOneThatASandboxBuildsOn()
    {
        const auto name = keep(identity());
        addSandbox(u"aaaaaaaa"_s, u"shop"_s, name);

        QCOMPARE(removeTemplate(m_paths, name)->users, QStringList{u"shop"_s});

        const auto left = vmm::TemplateStore(m_paths.templates()).open(name);
        QVERIFY(left);
        QVERIFY(!left->canFork);
    }

    void tidiesUpAfterABuild()
    {
        const auto present = keep(identity());
        auto other = identity();
        other.memoryMiB = 4096;
        const auto otherSize = keep(other);
        other.qemu = u"9.9.9"_s;
        const auto outdated = keep(other);
        const auto withoutMemory = keep(identity());
        const vmm::TemplateStore store(m_paths.templates());
        QVERIFY(store.discardMemory(withoutMemory));

        const auto removals = tidyTemplates(m_paths, identity(), gibibyte);

        QStringList gone;
        for (const auto &removal : removals)
            gone << removal.name;
        gone.sort();
        auto expected = QStringList{outdated, withoutMemory};
        expected.sort();
        QCOMPARE(gone, expected);
        QVERIFY(store.open(present)->canFork);
        QVERIFY(store.open(otherSize)->canFork);
        QCOMPARE(tidyTemplates(m_paths, identity(), gibibyte), QList<TemplateRemoval>());
    }

    void removesWhatDeadBuildersLeftAndNobodyElses()
    {
        const vmm::TemplateStore store(m_paths.templates());
        write(store.buildDirectory(key()) + u"/ram"_s, "half");
        const auto busy = u"fedcba9876543210"_s;
        const auto lock = FileLock::take(templateLock(m_paths, busy));
        write(store.buildDirectory(busy) + u"/ram"_s, "half");
        write(m_paths.templates() + u"/.removed-x/ram"_s, "half");

        sweepTemplates(m_paths, Notes::KeepRecent);

        QVERIFY(!QDir(store.buildDirectory(key())).exists());
        QVERIFY(QDir(store.buildDirectory(busy)).exists());
        QVERIFY(!QDir(m_paths.templates() + u"/.removed-x"_s).exists());
    }

    void forgetsOldFailuresByItselfAndAllWhenAsked()
    {
        auto recent = progress();
        recent.sinceMs = QDateTime::currentMSecsSinceEpoch();
        writeProgress(m_paths, recent);
        auto old = progress();
        old.key = u"fedcba9876543210"_s;
        writeProgress(m_paths, old);

        sweepTemplates(m_paths, Notes::KeepRecent);
        QVERIFY(templateProgress(m_paths, recent.key));
        QVERIFY(!templateProgress(m_paths, old.key));

        sweepTemplates(m_paths, Notes::Remove);
        QVERIFY(!templateProgress(m_paths, recent.key));
    }

private:
    static QString key() { return u"0123456789abcdef"_s; }
    static TemplateProgress progress()
    {
        return {.key = key(),
            .percent = 60,
            .step = u"Warming up the agents"_s,
            .sinceMs = 7,
            .cpus = 2,
            .memoryMiB = 2048,
            .diskGiB = 20};
    }
    static vmm::TemplateIdentity identity()
    {
        return {.image = u"0123456789abcdef"_s, .qemu = u"10.0.0"_s, .machineType = u"q35"_s};
    }

    static void write(const QString &path, const QByteArray &content)
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }
    /// The head of a qcow2 that builds on another file.
    static void writeDisk(const QString &path, const QString &backing)
    {
        QByteArray bytes;
        QDataStream stream(&bytes, QDataStream::WriteOnly);
        const auto name = QFile::encodeName(backing);
        stream.writeRawData("QFI\xfb", 4);
        stream << quint32(3) << quint64(20) << quint32(name.size());
        stream.writeRawData(name.constData(), int(name.size()));
        write(path, bytes);
    }
    [[nodiscard]] QString rootOf(const QString &name) const
    {
        return u"%1/%2/root.qcow2"_s.arg(m_paths.templates(), name);
    }

    [[nodiscard]] QString keep(const vmm::TemplateIdentity &identity) const
    {
        const vmm::TemplateStore store(m_paths.templates());
        for (const auto *part : {"ram", "state", "root.qcow2", "docker.qcow2", "work.qcow2"})
            write(store.buildDirectory(identity.key()) + u'/' + QLatin1StringView(part), part);
        return store.keep(identity).value_or(vmm::MachineTemplate{}).name;
    }
    void addSandbox(const QString &id, const QString &name, const QString &machineTemplate) const
    {
        SandboxSettings settings;
        settings.id = SandboxId{id};
        settings.name = name;
        settings.agent = u"shell"_s;
        settings.workspace = u"/home/me/shop"_s;
        settings.image = u"0123456789abcdef"_s;
        settings.machineTemplate = machineTemplate;
        write(m_paths.sandbox(id) + u"/sandbox.json"_s, QJsonDocument(toJson(settings)).toJson());
    }

    std::optional<QTemporaryDir> m_home;
    Paths m_paths;
};

QTEST_GUILESS_MAIN(TestTemplateCare)
#include "tst_template_care.moc"
