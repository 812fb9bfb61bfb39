#include "core/client/forks.h"
#include "core/sandbox/disk_layers.h"
#include "tests/client/fake_home.h"

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace core;

class TestForks : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeHome> m_home;
    SandboxId m_source;

    static void write(const QString &path, const QByteArray &content)
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static quint64 links(const QString &path)
    {
        struct stat info = {};
        return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_nlink : 0;
    }
    [[nodiscard]] QString folder() const { return FakeHome::paths().sandbox(m_source.value); }

    /// A source whose moment is saved, and what was made of its memory.
    ForkRequest request(int count, const QString &name = {})
    {
        Sandboxes sandboxes(FakeHome::paths());
        auto settings = m_home->settings(u"shop"_s);
        const auto id =
            sandboxes.create({.settings = settings, .initialPolicy = u"paddock-policy 1\n"_s});
        m_source = *id;
        settings = sandboxes.find(id->value)->settings;
        const auto moment = folder() + u"/forking/moment"_s;
        for (const auto &disk : {u"root"_s, u"docker"_s, u"work"_s}) {
            write(u"%1/%2.qcow2"_s.arg(moment, disk), "disk");
            write(u"%1/layers/1/%2.qcow2"_s.arg(moment, disk), "empty");
        }
        write(moment + u"/layers/chain.json"_s, R"({"schema":1,"chain":[1,0]})");
        for (const auto &part : {u"ram"_s, u"state"_s, u"sync/ancestor"_s})
            write(folder() + u"/forking/"_s + part, part.toLatin1());
        for (const auto &part : {u"seeded"_s, u"placeholders.json"_s, u"ca.key"_s, u"ca.crt"_s})
            write(folder() + u'/' + part, part.toLatin1());
        write(folder() + u"/log/warden.log"_s, "of the source");
        return {.source = settings,
            .name = name,
            .count = count,
            .machine = {.state = folder() + u"/forking/state"_s,
                .ram = folder() + u"/forking/ram"_s,
                .identity = {},
                .terminals = {{u"nextId"_s, 3}}},
            .disks = moment,
            .syncDirectory = folder() + u"/forking/sync"_s};
    }

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_home = std::make_unique<FakeHome>();
    }
    void cleanup() { m_home.reset(); }

    void areNamedByTheirSourceOrByWhatWasAsked()
    {
        const auto names = [this](int count, const QString &name, const QStringList &taken) {
            ForkRequest request{.source = m_home->settings(u"shop"_s),
                .name = name,
                .count = count,
                .machine = {},
                .disks = {},
                .syncDirectory = {}};
            return forkNames(request, taken);
        };
        QCOMPARE(
            *names(2, {}, {u"shop-fork-1"_s}), (QStringList{u"shop-fork-2"_s, u"shop-fork-3"_s}));
        QCOMPARE(*names(1, u"try"_s, {}), QStringList{u"try"_s});
        QCOMPARE(*names(2, u"try"_s, {}), (QStringList{u"try-1"_s, u"try-2"_s}));
        QCOMPARE(names(1, u"try"_s, {u"try"_s}).error().kind, Error::Kind::NameTaken);
        QCOMPARE(names(33, {}, {}).error().kind, Error::Kind::Usage);
    }

    void areSuspendedSandboxesThatShareTheirFiles()
    {
        const auto wanted = request(2);

        const auto made = makeForks(FakeHome::paths(), wanted, {u"shop"_s});

        QVERIFY2(made, made ? "" : qPrintable(made.error().detail));
        QCOMPARE(made->size(), 2);
        for (const SandboxId &id : *made) {
            const auto own = FakeHome::paths().sandbox(id.value);
            const auto status = statusOnDisk(FakeHome::paths(), id);
            QCOMPARE(toString(status.state), u"suspended"_s);
            QCOMPARE(status.settings.origin->id, m_source);
            QCOMPARE(read(own + u"/sandbox.policy"_s), "paddock-policy 1\n");
            QCOMPARE(read(own + u"/sync/ancestor"_s), "sync/ancestor");
            QCOMPARE(read(own + u"/suspended/ram"_s), "ram");
            QVERIFY(QFile::exists(own + u"/ca.inherited"_s));
            QVERIFY(!QFile::exists(own + u"/log/warden.log"_s));
            QCOMPARE(links(own + u"/suspended/ram"_s), 3U);
            QCOMPARE(links(own + u"/work.qcow2"_s), 3U);
            QCOMPARE(links(own + u"/layers/1/work.qcow2"_s), 1U);
            QCOMPARE(*DiskLayers(own).chain(), (QList<int>{1, 0}));
            QVERIFY(*SuspendImage(own).fits({}));
        }
        QVERIFY(QDir(folder()).removeRecursively());
        QCOMPARE(read(FakeHome::paths().sandbox(made->first().value) + u"/root.qcow2"_s), "disk");
    }

    void areAllThereOrNone()
    {
        auto wanted = request(2);
        QVERIFY(QFile::remove(wanted.machine.ram));

        const auto made = makeForks(FakeHome::paths(), wanted, {});

        QVERIFY(!made);
        QCOMPARE(sandboxIds(FakeHome::paths()), QList<SandboxId>{m_source});
        QCOMPARE(QDir(FakeHome::paths().sandboxes())
                     .entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)
                     .size(),
            1);
    }

    void theRecordOfTheFilesIsCopiedWithItsLogFirst()
    {
        request(1);
        write(folder() + u"/sync/ancestor"_s, "tree");
        write(folder() + u"/sync/ancestor.log"_s, "log");
        write(folder() + u"/sync/versions/1/old"_s, "old");

        QVERIFY(keepAncestor(folder(), folder() + u"/copy"_s));

        QCOMPARE(QDir(folder() + u"/copy"_s).entryList(QDir::Files),
            (QStringList{u"ancestor"_s, u"ancestor.log"_s}));
    }
};

QTEST_GUILESS_MAIN(TestForks)
#include "tst_forks.moc"
