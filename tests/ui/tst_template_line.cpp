#include "core/client/file_lock.h"
#include "tests/eventually.h"
#include "tests/ui/desk.h"
#include "ui/launch/launch_sheet.h"

#include <QJsonObject>
#include <QLabel>
#include <QProgressBar>
#include <QRegularExpression>
#include <QSpinBox>

using namespace Qt::StringLiterals;
using namespace ui;

class TestTemplateLine : public QObject
{
    Q_OBJECT

private:
    static QJsonObject script(const QString &state, const QString &reason = {})
    {
        return {{u"status"_s,
            QJsonObject{{u"template"_s,
                QJsonObject{{u"key"_s, u"k"_s},
                    {u"state"_s, state},
                    {u"percent"_s, 40},
                    {u"step"_s, u"Booting the machine"_s},
                    {u"reason"_s, reason}}}}}};
    }
    /// A desktop whose one sandbox runs with this script.
    static QString lineOf(const QJsonObject &script)
    {
        FakeHome home;
        Desk desk;
        core::Sandboxes other(FakeHome::paths());
        const auto id = other.create({.settings = home.settings(u"api"_s), .initialPolicy = {}});
        FakeHome::script(*id, script);
        if (!QTest::qWaitFor([&] { return desk.window().currentPage(); }))
            return u"no page"_s;
        desk.click(u"headerStart"_s);
        const auto runs = [&] {
            return desk.window().currentPage()->status().state == core::SandboxState::Running;
        };
        if (!QTest::qWaitFor(runs, 15'000))
            return u"it does not run"_s;
        auto *line = desk.find<QWidget>(u"templateLine"_s);
        return line->isVisible() ? desk.find<QLabel>(u"templateText"_s)->text() : QString();
    }

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void tellsQuietlyWhatBecomesOfATemplate_data()
    {
        QTest::addColumn<QJsonObject>("script");
        QTest::addColumn<QString>("text");
        QTest::newRow("none is made") << QJsonObject() << QString();
        QTest::newRow("it is being made")
            << script(u"building"_s)
            << u"Getting a warm machine ready: Booting the machine, 40 %"_s;
        QTest::newRow("it could not be made")
            << script(u"failed"_s, u"no room"_s) << u"No warm machine was made: no room"_s;
        QTest::newRow("its builder died")
            << script(u"stopped"_s) << u"Getting a warm machine ready was interrupted"_s;
    }
    void tellsQuietlyWhatBecomesOfATemplate()
    {
        QFETCH(const QJsonObject, script);
        QTEST(lineOf(script), "text");
        QVERIFY(!QApplication::activeModalWidget());
    }

    void tellsTheSheetAboutOneOfTheSameSizes()
    {
        FakeHome home;
        const core::Paths paths = FakeHome::paths();
        QVERIFY(core::makePrivateDirectory(paths.templates()));
        const auto lock = core::FileLock::take(core::templateLock(paths, u"k"_s));
        core::TemplateProgress progress{.key = u"k"_s,
            .percent = 60,
            .step = u"Starting Docker"_s,
            .cpus = 2,
            .memoryMiB = 2048,
            .diskGiB = 20};
        core::writeProgress(paths, progress);
        Desk desk;
        desk.window().newSandbox(home.workspace(u"api"_s));
        auto *line = desk.find<QWidget>(u"sheetTemplate"_s);
        QVERIFY(line->isVisible());
        QCOMPARE(line->findChild<QLabel *>(u"templateText"_s)->text(),
            u"Getting a warm machine ready: Starting Docker, 60 %"_s);
        QCOMPARE(line->findChild<QProgressBar *>(u"templateBar"_s)->value(), 60);

        desk.find<QSpinBox>(u"sheetMemory"_s)->setValue(4);
        QVERIFY(!line->isVisible()); // that one would not start from it
        desk.find<QSpinBox>(u"sheetMemory"_s)->setValue(2);
        QVERIFY(line->isVisible());

        core::removeProgress(paths, u"k"_s); // it is there
        QTRY_VERIFY(!line->isVisible());
    }
};

QTEST_MAIN(TestTemplateLine)
#include "tst_template_line.moc"
