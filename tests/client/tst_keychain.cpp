#include "core/credentials/keychain_store.h"
#include "tests/settled.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using core::Error;

/// Run by keychain_session.sh in a private session: with a real keychain, or
/// (PADDOCK_TEST_KEYCHAIN=none) without any.
class TestKeychain : public QObject
{
    Q_OBJECT

private slots:
    void keepsASecretAndItsNameOnly()
    {
        if (qgetenv("PADDOCK_TEST_KEYCHAIN") == "none")
            return;
        const QTemporaryDir folder;
        const QString index = folder.filePath(u"config/secrets.json"_s);
        core::KeychainStore store(index);
        const auto written = settled(store.write(u"anthropic"_s, "sk-ant-secret\n"));
        QVERIFY2(written, written ? "" : qPrintable(written.error().detail));

        core::KeychainStore later(index);
        QCOMPARE(later.services(), QStringList{u"anthropic"_s});
        QCOMPARE(*settled(later.read(u"anthropic"_s)), "sk-ant-secret");
        QVERIFY(settled(later.read(u"openai"_s)).error().kind == Error::Kind::CredentialMissing);
        QFile file(index);
        QVERIFY(file.open(QFile::ReadOnly));
        QVERIFY(!file.readAll().contains("secret\""));

        QVERIFY(settled(later.remove(u"anthropic"_s)));
        QVERIFY(later.services().isEmpty());
        QVERIFY(settled(later.read(u"anthropic"_s)).error().kind == Error::Kind::CredentialMissing);
    }

    void saysSoWhereThereIsNoKeychain()
    {
        if (qgetenv("PADDOCK_TEST_KEYCHAIN") != "none")
            return;
        const QTemporaryDir folder;
        core::KeychainStore store(folder.filePath(u"secrets.json"_s));
        QVERIFY(settled(store.write(u"anthropic"_s, "sk-ant-secret")).error().kind ==
                Error::Kind::KeychainUnavailable);
        QVERIFY(
            settled(store.read(u"anthropic"_s)).error().kind == Error::Kind::KeychainUnavailable);
        QVERIFY(store.services().isEmpty());
        QVERIFY(!QFile::exists(folder.filePath(u"secrets.json"_s)));
    }
};

QTEST_GUILESS_MAIN(TestKeychain)
#include "tst_keychain.moc"
