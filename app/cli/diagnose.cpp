#include "app/cli/cli.h"
#include "app/cli/console.h"
#include "app/cli/diagnose_checks.h"
#include "app/cli/verbs.h"

#include <QJsonArray>

#include <utility>

using namespace Qt::StringLiterals;

namespace cli {

namespace {

enum class Form { Text, Json, Markdown };

QString word(Health health)
{
    switch (health) {
    case Health::Good:
        return u"ok"_s;
    case Health::Warning:
        return u"warn"_s;
    case Health::Bad:
        return u"fail"_s;
    }
    std::unreachable();
}

void showText(const QList<Finding> &findings)
{
    for (const Finding &finding : findings) {
        print(printable(u"%1  %2  %3"_s.arg(word(finding.health), -4)
                .arg(finding.name, -13)
                .arg(finding.detail)));
        if (!finding.nextStep.isEmpty())
            print(u"%1%2"_s.arg(QString(21, u' '), finding.nextStep));
    }
}

void showJson(const QList<Finding> &findings)
{
    QJsonArray checks;
    for (const Finding &finding : findings)
        checks.append(QJsonObject{{u"name"_s, finding.name},
            {u"result"_s, word(finding.health)},
            {u"detail"_s, finding.detail},
            {u"nextStep"_s, finding.nextStep}});
    printJson({{u"version"_s, QString::fromLatin1(PADDOCK_VERSION)}, {u"checks"_s, checks}});
}

void showMarkdown(const QList<Finding> &findings)
{
    print(u"Paddock %1\n\n| check | result | detail |\n|---|---|---|"_s.arg(
        QString::fromLatin1(PADDOCK_VERSION)));
    for (const Finding &finding : findings)
        print(printable(u"| %1 | %2 | %3 %4 |"_s.arg(
            finding.name, word(finding.health), finding.detail, finding.nextStep)));
}

int show(const QList<Finding> &findings, Form form)
{
    if (form == Form::Text)
        showText(findings);
    else if (form == Form::Json)
        showJson(findings);
    else
        showMarkdown(findings);
    const bool failed =
        std::ranges::any_of(findings, [](const Finding &f) { return f.health == Health::Bad; });
    return failed ? 1 : 0;
}

} // namespace

void addDiagnose(Cli &cli)
{
    auto form = std::make_shared<Form>(Form::Text); // lives as long as the verb's callback
    CLI::App *verb = cli.verb(
        "diagnose", "Check what Paddock needs, with a next step for each fault", [&cli, form] {
            QList<QFuture<Finding>> checks = diagnoseChecks(cli);
            return QtFuture::whenAll(checks.begin(), checks.end())
                .then(&cli, [form](const QList<QFuture<Finding>> &answers) {
                    QList<Finding> findings;
                    for (const QFuture<Finding> &answer : answers)
                        findings.append(answer.result());
                    return show(findings, *form);
                });
        });
    verb->add_flag_callback(
        "--json", [form] { *form = Form::Json; }, "Print JSON with stable keys");
    verb->add_flag_callback(
        "--markdown", [form] { *form = Form::Markdown; }, "Print a table for a report");
}

} // namespace cli
