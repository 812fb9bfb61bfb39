#include "tests/eventually.h"
#include "tests/settled.h"
#include "vmm/image/image_store.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace vmm;

class TestImageStore : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory.emplace();
    }

    void listsTheNewestFirstAndTheDamagedApart()
    {
        makeImage(u"aaaaaaaa11111111"_s, u"2026-01-01T00:00:00+00:00"_s);
        makeImage(u"bbbbbbbb22222222"_s, u"2026-02-01T00:00:00+00:00"_s);
        QDir(m_directory->path()).mkdir(u"cccccccc33333333"_s);

        const auto listing = ImageStore(m_directory->path()).list();

        QCOMPARE(listing.images.size(), 2);
        QCOMPARE(listing.images[0].digest, u"bbbbbbbb22222222"_s);
        QCOMPARE(listing.images[0].bytes(), 12);
        QCOMPARE(listing.images[0].agents.value(u"claude"_s), u"2.1.0"_s);
        QCOMPARE(listing.damaged.size(), 1);
    }

    void hasNothingWhereThereIsNoDirectory()
    {
        QVERIFY(ImageStore(u"/nonexistent"_s).list().images.isEmpty());
        QCOMPARE(openImage(u"/nonexistent"_s).error().kind, Error::Kind::ImageMissing);
    }

    void verifiesIntactParts()
    {
        const auto image = openImage(makeImage());

        QVERIFY(image);
        QVERIFY(verified(*image));
    }

    void findsAChangedByte()
    {
        const auto directory = makeImage();
        write(directory + u"/root.qcow2"_s, "roOt");
        const auto image = openImage(directory);
        QVERIFY2(image, "the size is still right");

        const auto result = verified(*image);

        QVERIFY(!result);
        QCOMPARE(result.error().kind, Error::Kind::ImageDamaged);
        QVERIFY(result.error().detail.contains(u"root.qcow2"_s));
    }

    void refusesDamagedImages_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("part cut short") << u"vmlinuz"_s << QByteArray("ke");
        QTest::newRow("manifest is not JSON") << u"manifest.json"_s << QByteArray("{");
        QTest::newRow("manifest of another schema")
            << u"manifest.json"_s << QByteArray(R"({"schema":2})");
        QTest::newRow("manifest without parts")
            << u"manifest.json"_s << QByteArray(R"({"schema":1,"digest":"aaaaaaaa11111111"})");
        QTest::newRow("part outside the directory")
            << u"manifest.json"_s
            << QByteArray(
                   R"({"schema":1,"digest":"aaaaaaaa11111111","parts":[{"name":"../x","bytes":1,"sha256":"00"}]})");
    }

    void refusesDamagedImages()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        const auto directory = makeImage();
        write(directory + u'/' + file, content);

        const auto image = openImage(directory);

        QVERIFY(!image);
        QCOMPARE(image.error().kind, Error::Kind::ImageDamaged);
    }

    void refusesAnImageUnderAnothersName()
    {
        const auto directory = makeImage();
        QVERIFY(QDir().rename(directory, m_directory->filePath(u"dddddddd"_s)));

        QVERIFY(!ImageStore(m_directory->path()).find(u"dddddddd"_s));
        QVERIFY(!ImageStore(m_directory->path()).find(u"../dddddddd"_s));
    }

    void removesAnImage()
    {
        const auto directory = makeImage();
        const ImageStore store(m_directory->path());

        auto removed = store.remove(u"aaaaaaaa11111111"_s);
        auto again = store.remove(u"eeeeeeee"_s);

        QTRY_VERIFY(removed.isFinished() && again.isFinished());
        QVERIFY(removed.result());
        QVERIFY(!QDir(directory).exists());
        QCOMPARE(again.result().error().kind, Error::Kind::ImageMissing);
    }

private:
    static void write(const QString &path, const QByteArray &content)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QString makeImage(const QString &digest = u"aaaaaaaa11111111"_s,
        const QString &created = u"2026-01-01T00:00:00+00:00"_s)
    {
        const auto directory = m_directory->filePath(digest);
        QDir().mkpath(directory);
        QJsonArray parts;
        for (const auto &[name, content] : {std::pair(u"vmlinuz"_s, "kern"),
                 {u"modules.cpio"_s, "mods"},
                 {u"root.qcow2"_s, "root"}}) {
            write(directory + u'/' + name, content);
            const auto digestHex =
                QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
            parts.append(QJsonObject{
                {u"name"_s, name}, {u"bytes"_s, 4}, {u"sha256"_s, QString::fromLatin1(digestHex)}});
        }
        write(directory + u"/manifest.json"_s,
            QJsonDocument(QJsonObject{{u"schema"_s, 1},
                              {u"digest"_s, digest},
                              {u"created"_s, created},
                              {u"agents"_s, QJsonObject{{u"claude"_s, u"2.1.0"_s}}},
                              {u"parts"_s, parts}})
                .toJson());
        return directory;
    }

    static Result<> verified(const BaseImage &image) { return settled(verifyImage(image)); }

    std::optional<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestImageStore)
#include "tst_image_store.moc"
