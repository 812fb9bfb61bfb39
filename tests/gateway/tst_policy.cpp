#include "core/policy/decide.h"
#include "core/policy/effective.h"
#include "core/policy/path.h"

#include <QFile>
#include <QTest>

using namespace core::policy;
using namespace Qt::StringLiterals;

namespace {

/// Undoes the escapes of the vectors: \0 \r \n \t \\ \xNN.
std::string unescaped(const QByteArray &text)
{
    std::string plain;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            plain += text[i];
            continue;
        }
        const char kind = text[++i];
        if (kind == 'x') {
            plain += static_cast<char>(text.mid(i + 1, 2).toInt(nullptr, 16));
            i += 2;
        } else {
            plain += kind == '0'   ? '\0'
                     : kind == 'r' ? '\r'
                     : kind == 'n' ? '\n'
                     : kind == 't' ? '\t'
                                   : '\\';
        }
    }
    return plain;
}

std::vector<Address> addresses(const QByteArray &list)
{
    std::vector<Address> all;
    for (const auto &each : list.split(','))
        if (const auto address = parseAddress(each.toStdString()))
            all.push_back(*address);
    return all;
}

Protocol protocolOf(const QByteArray &text)
{
    for (const auto each : {Protocol::Http,
             Protocol::Https,
             Protocol::Tls,
             Protocol::Tcp,
             Protocol::Udp,
             Protocol::Icmp,
             Protocol::Dns})
        if (code(each) == text.toStdString())
            return each;
    return Protocol::Tcp;
}

std::string policyText(const QByteArray &otherwise, const QByteArray &rules)
{
    std::string text = std::string(policyHeader) + "\n";
    if (!otherwise.isEmpty())
        text += "default " + otherwise.toStdString() + "\n";
    for (const auto &rule : rules.split(';'))
        text += rule.trimmed().toStdString() + "\n";
    return text;
}

Request requestOf(const QList<QByteArray> &row)
{
    Request request;
    request.protocol = protocolOf(row[4]);
    request.host = unescaped(row[5]);
    request.port = unescaped(row[6]);
    const auto sni = unescaped(row[7]);
    if (sni == "-")
        request.sni.kind = Sni::Kind::Absent;
    else if (sni.starts_with("ech:"))
        request.sni = {.kind = Sni::Kind::Encrypted, .name = sni.substr(4)};
    else if (!sni.empty())
        request.sni = {.kind = Sni::Kind::Name, .name = sni};
    const auto httpHost = unescaped(row[8]);
    if (httpHost.empty())
        request.httpHost = request.host + ":" + request.port;
    else if (httpHost != "-")
        request.httpHost = httpHost;
    if (!row[9].isEmpty())
        request.method = row[9].toStdString();
    request.target = unescaped(row[10]);
    return request;
}

Policy policyOf(std::string_view rules)
{
    return {.otherwise = Verdict::Deny,
        .rules = parsePolicy("paddock-policy 1\n" + std::string(rules), "sandbox").rules};
}

} // namespace

class TestPolicy : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(); }

    void agreesWithTheVectors_data()
    {
        QTest::addColumn<QList<QByteArray>>("row");
        QFile file(QStringLiteral(TEST_DATA "/policy.tsv"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        int rows = 0;
        for (const auto &line : file.readAll().split('\n')) {
            if (!line.startsWith('V'))
                continue;
            const auto row = line.split('\t');
            QTest::addRow("%s %s", row[0].constData(), row.last().constData()) << row;
            ++rows;
        }
        QCOMPARE(rows, 160);
    }

    void agreesWithTheVectors()
    {
        QFETCH(const QList<QByteArray>, row);
        const Context context{.sandbox = row[3].toStdString(),
            .ownAddresses = addresses("192.168.1.50,203.0.113.77,2001:db8:50::1")};

        const auto parsed = parsePolicy(policyText(row[1], row[2]), "sandbox");
        if (row[12] == "invalid") {
            QVERIFY(!parsed.isValid());
            QVERIFY(parsed.diagnostics[0].line > 1);
            return;
        }
        QVERIFY2(parsed.isValid(),
            parsed.diagnostics.empty() ? "" : toText(parsed.diagnostics[0]).c_str());
        const Policy policy{
            .otherwise = parsed.otherwise.value_or(Verdict::Deny), .rules = parsed.rules};
        const auto request = requestOf(row);
        auto decision = decide(policy, context, request);
        const bool synthetic = decision.reason == Reason::Synthetic;
        const bool resolves = decision.verdict == Verdict::Allow && !synthetic;
        if (row[11] == "!")
            QVERIFY(!resolves);
        else if (!row[11].isEmpty())
            decision =
                decideAddresses(policy, context, request.protocol, decision, addresses(row[11]));

        QCOMPARE(QByteArray::fromStdString(std::string(code(decision.verdict))), row[12]);
        QCOMPARE(QByteArray::fromStdString(std::string(code(decision.reason))), row[13]);
    }

    void tellsLineAndColumnOfAFault_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("place");
        QTest::newRow("unknown verb")
            << "paddock-policy 1\nallow a.example\n  alow b.example\n"_ba << "s:3:3"_ba;
        QTest::newRow("bad port") << "paddock-policy 1\nallow a.example:80,99999\n"_ba
                                  << "s:2:20"_ba;
        QTest::newRow("bad host") << "paddock-policy 1\nallow https://a_b.example\n"_ba
                                  << "s:2:15"_ba;
        QTest::newRow("no header") << "allow a.example\n"_ba << "s:1:1"_ba;
        QTest::newRow("carriage return") << "paddock-policy 1\r\n"_ba << "s:1:17"_ba;
        QTest::newRow("unknown option")
            << "paddock-policy 1\nallow a.example  until=noon\n"_ba << "s:2:18"_ba;
        QTest::newRow("broken UTF-8") << "paddock-policy 1\n# \xff\n"_ba << "s:2:3"_ba;
    }

    void tellsLineAndColumnOfAFault()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, place);

        const auto parsed = parsePolicy(text.toStdString(), "s");

        QVERIFY(!parsed.isValid());
        QCOMPARE(toText(parsed.diagnostics[0]).substr(0, static_cast<std::size_t>(place.size())),
            place.toStdString());
    }

    void addsARuleOnceAndKeepsComments()
    {
        const std::string text = "# mine\npaddock-policy 1\n\nallow a.example # why\n";

        const auto added = addRule(text, "allow   B.example");
        const auto again = addRule(added->text, "allow b.example");

        QCOMPARE(added->text, text + "allow b.example\n");
        QCOMPARE(again->changed, 0);
        QCOMPARE(
            addRule("", "deny x.example")->text, std::string("paddock-policy 1\ndeny x.example\n"));
        QVERIFY(!addRule(text, "allow *"));
        QVERIFY(!addRule("paddock-policy 1\njunk\n", "allow b.example"));
    }

    void removesRulesByLineOrByTarget()
    {
        const std::string text =
            "paddock-policy 1\n# keep\nallow a.example\ndeny a.example\nallow b.example # x\n";

        QCOMPARE(removeRule(text, "deny a.example").text,
            std::string("paddock-policy 1\n# keep\nallow a.example\nallow b.example # x\n"));
        QCOMPARE(removeRule(text, "A.example").changed, 2);
        QCOMPARE(removeRule(text, "allow c.example").text, text);
    }

    void everyPresetIsValidAndListedIsComplete()
    {
        for (const auto &[name, text] : builtinPresets())
            QVERIFY2(parsePolicy(text, name).diagnostics.empty(), name.c_str());

        const auto made = effectivePolicy({.mode = Mode::Listed,
            .global = {},
            .sandbox = {},
            .presets = builtinPresets(),
            .agentPresets = {"agent-claude"}});

        QVERIFY(made.policy.has_value());
        const auto verdict = [&](const char *destination) {
            return decide(
                *made.policy, {.sandbox = "s", .ownAddresses = {}}, *requestFromPerson(destination))
                .verdict;
        };
        QCOMPARE(verdict("https://api.anthropic.com/v1/messages"), Verdict::Allow);
        QCOMPARE(verdict("https://api.anthropic.com/v1/files/x"), Verdict::Deny);
        QCOMPARE(verdict("https://pypi.org/simple/x"), Verdict::Allow);
        QCOMPARE(verdict("https://example.com"), Verdict::Deny);
    }

    void refusesWhatNobodyCouldAnswer()
    {
        PolicyTexts texts{
            .mode = Mode::Locked, .global = {}, .sandbox = {}, .presets = {}, .agentPresets = {}};
        QVERIFY(effectivePolicy(texts).policy.has_value());
        QVERIFY(effectivePolicy(texts).policy->rules.empty());

        texts.sandbox = "paddock-policy 1\nask example.com\n";
        QVERIFY(!effectivePolicy(texts).policy);
        texts.sandbox = "paddock-policy 1\ndefault allow\n";
        QVERIFY(!effectivePolicy(texts).policy);
        texts.sandbox = "paddock-policy 1\ninclude nothing\n";
        QVERIFY(!effectivePolicy(texts).policy);
    }

    void readsWhatAPersonAsksAbout()
    {
        const auto policy = policyOf("allow tcp://example.com:22\nallow bücher.example.net\n");
        const auto verdict = [&](const char *destination) {
            return decide(
                policy, {.sandbox = "s", .ownAddresses = {}}, *requestFromPerson(destination))
                .verdict;
        };
        QCOMPARE(verdict("example.com:22"), Verdict::Allow);
        QCOMPARE(verdict("example.com:23"), Verdict::Deny);
        QCOMPARE(verdict("bücher.example.net"), Verdict::Allow);
        QVERIFY(!requestFromPerson("ftp://example.com"));
        QVERIFY(!requestFromPerson("exa mple.com"));
    }

    void aConnectionIsAllowedWhenAMessageCouldBe()
    {
        const auto policy =
            policyOf("allow https://example.com method=GET\ndeny https://example.com method=PUT\n");
        const Request request{.protocol = Protocol::Https,
            .host = "example.com",
            .port = "443",
            .sni = {},
            .httpHost = {},
            .method = {},
            .target = "/"};
        QCOMPARE(decide(policy, {}, request).verdict, Verdict::Allow);
    }

    void matchesGlobsBySegment()
    {
        QVERIFY(matchesGlob("/*/*/git-upload-pack", "/o/r.git/git-upload-pack"));
        QVERIFY(!matchesGlob("/*/git-upload-pack", "/o/r/git-upload-pack"));
        QVERIFY(matchesGlob("/a/**/z", "/a/z"));
        QVERIFY(matchesGlob("/a/**/z", "/a/b/c/z"));
        QVERIFY(!matchesGlob("/a/**", "/ab/c"));
        QVERIFY(matchesGlob("/a*c", "/abbc"));
    }
};

QTEST_GUILESS_MAIN(TestPolicy)
#include "tst_policy.moc"
