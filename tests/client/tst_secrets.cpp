#include "core/credentials/collect.h"
#include "core/credentials/memory_store.h"
#include "core/credentials/secret_text.h"
#include "tests/settled.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using core::Error;

class TestSecrets : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void refusesWhatWouldBreakAHeader_data()
    {
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("blank") << QByteArray(" \n");
        QTest::newRow("two lines") << QByteArray("sk-1\nsk-2");
        QTest::newRow("a carriage return inside") << QByteArray("sk\r1");
        QTest::newRow("zero byte") << QByteArray("sk\0a", 4);
        QTest::newRow("not ASCII") << QByteArray("schlüssel");
        QTest::newRow("too long") << QByteArray(core::maxSecretBytes + 1, 'x');
    }
    void refusesWhatWouldBreakAHeader()
    {
        QFETCH(QByteArray, input);
        const auto secret = core::secretFromInput(input);
        QVERIFY(!secret);
        QVERIFY(secret.error().kind == Error::Kind::Usage);
        QVERIFY(!secret.error().detail.contains(u"sk"_s));
    }

    void readsAVariableOrAFileAndNeverAnArgument()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"key"_s));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("sk-file\n");
        file.close();
        qputenv("PADDOCK_TEST_KEY", "sk-env");

        QCOMPARE(core::secretFromArgument(u"openai=env:PADDOCK_TEST_KEY"_s)->value, "sk-env");
        QCOMPARE(core::secretFromArgument(u"openai=file:"_s + file.fileName())->value, "sk-file");
        for (const QString &wrong : {u"openai=sk-literal"_s,
                 u"=env:PADDOCK_TEST_KEY"_s,
                 u"openai"_s,
                 u"openai=env:NOT_SET_AT_ALL"_s,
                 u"openai=file:/nowhere"_s,
                 QString()}) {
            const auto secret = core::secretFromArgument(wrong);
            QVERIFY2(!secret, qPrintable(wrong));
            QVERIFY(!secret.error().detail.contains(u"literal"_s));
        }
    }

    void collectsWhatIsThere()
    {
        core::MemoryStore store;
        QVERIFY(settled(store.write(u"anthropic"_s, "sk-a")));
        QVERIFY(settled(store.write(u"google"_s, "sk-g")));
        const auto collected = settled(core::collectSecrets(store, {u"anthropic"_s, u"openai"_s}));

        QCOMPARE(collected.values, (QHash<QString, QByteArray>{{u"anthropic"_s, "sk-a"}}));
        QVERIFY(!collected.problem);
    }

    void forgetsWhatIsRemoved()
    {
        core::MemoryStore store;
        QVERIFY(settled(store.write(u"anthropic"_s, "sk-a")));
        QVERIFY(settled(store.remove(u"anthropic"_s)));
        QVERIFY(settled(store.read(u"anthropic"_s)).error().kind == Error::Kind::CredentialMissing);
        QVERIFY(
            settled(store.remove(u"anthropic"_s)).error().kind == Error::Kind::CredentialMissing);
    }
};

QTEST_GUILESS_MAIN(TestSecrets)
#include "tst_secrets.moc"
