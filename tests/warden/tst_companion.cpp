#include "core/warden/companion.h"
#include "tests/eventually.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <csignal>
#include <fcntl.h>

using namespace core;
using namespace Qt::StringLiterals;

/// Helpers here are small shell scripts: they speak the same JSON lines on descriptor 3 as the real
/// ones.
class TestCompanion : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning();
        m_directory = std::make_unique<QTemporaryDir>();
    }

    void speaksOverDescriptorThree()
    {
        const auto program = script("read line <&3; echo \"{\\\"got\\\":$line}\" >&3; cat <&3");
        Companion companion([&] { return request(program); });
        QSignalSpy started(&companion, &Companion::started);
        QSignalSpy received(&companion, &Companion::received);

        companion.start();
        QTRY_COMPARE(started.count(), 1);
        companion.send({{u"type"_s, u"configure"_s}});

        QTRY_COMPARE(received.count(), 1);
        const auto message = received.first().first().toJsonObject();
        QCOMPARE(message[u"got"][u"type"].toString(), u"configure"_s);
    }

    void theHelperMayWaitOnDescriptorThree()
    {
        // A shell's `read` fails on a descriptor in non-blocking mode when nothing is there yet.
        const auto program =
            script("while read -r name value; do [ $name = flags: ] && flags=$value; done "
                   "</proc/self/fdinfo/3; echo \"{\\\"flags\\\":\\\"$flags\\\"}\" >&3; sleep 30");
        Companion companion([&] { return request(program); });
        QSignalSpy received(&companion, &Companion::received);

        companion.start();

        QTRY_COMPARE(received.count(), 1);
        const auto flags = received.first().first().toJsonObject()[u"flags"].toString();
        bool isOctal = false;
        QVERIFY2((flags.toInt(&isOctal, 8) & O_NONBLOCK) == 0, qPrintable(flags));
        QVERIFY(isOctal);
    }

    void handsDescriptorsOverInOrder()
    {
        const auto program = script(
            "echo four >&4; [ -e /proc/self/fd/5 ] && echo open >&4; echo six >&6; sleep 30");
        const auto four = m_directory->filePath(u"four"_s);
        const auto six = m_directory->filePath(u"six"_s);
        Companion companion([&]() -> Result<ChildRequest> {
            auto made = request(program);
            made.descriptors.push_back(openFile(four));
            made.descriptors.emplace_back(); // 5 stays closed
            made.descriptors.push_back(openFile(six));
            return made;
        });

        companion.start();

        QTRY_COMPARE(content(six), QByteArray("six\n"));
        QCOMPARE(content(four), QByteArray("four\n"));
    }

    void startsAgainAfterACrash()
    {
        const auto program = script("kill -9 $$");
        Companion companion([&] { return request(program); });
        QSignalSpy started(&companion, &Companion::started);
        QSignalSpy down(&companion, &Companion::down);

        companion.start();

        QTRY_VERIFY(companion.isComingBack());
        QTRY_VERIFY(started.count() >= 2);
        QVERIFY(down.first().first().toString().contains(u"signal 9"_s));
    }

    void aMissingProgramIsToldAndTriedAgain()
    {
        Companion companion([&] { return request(u"/nowhere/helper"_s); });
        QSignalSpy down(&companion, &Companion::down);

        companion.start();

        QTRY_VERIFY(down.count() >= 2);
    }

    void endsWithItsOwner()
    {
        const auto pidFile = m_directory->filePath(u"pid"_s);
        const auto program =
            script("echo $$ > " + pidFile.toUtf8() + ".new; mv " + pidFile.toUtf8() + ".new " +
                   pidFile.toUtf8() + "; exec sleep 60");
        auto companion = std::make_unique<Companion>([&] { return request(program); });
        companion->start();
        QTRY_VERIFY(QFile::exists(pidFile));
        const auto pid = content(pidFile).trimmed().toInt();

        companion.reset();

        QTRY_VERIFY(::kill(pid, 0) != 0); // killed at once, and reaped by the event loop
    }

    void aRetiredOneIsNotStartedAgain()
    {
        const auto program = script("read line <&3");
        Companion companion([&] { return request(program); });
        QSignalSpy started(&companion, &Companion::started);
        QSignalSpy retired(&companion, &Companion::retired);
        companion.start();
        QTRY_COMPARE(started.count(), 1);

        companion.retire();
        companion.send({{u"type"_s, u"stop"_s}});

        QTRY_COMPARE(retired.count(), 1);
        QVERIFY(!companion.isRunning());
    }

private:
    QString script(const QByteArray &body)
    {
        const auto path = m_directory->filePath(u"helper"_s);
        QFile file(path);
        if (!file.open(QFile::WriteOnly))
            return {};
        file.write("#!/bin/bash\n" + body + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    static ChildRequest request(const QString &program)
    {
        return {.program = program, .descriptors = {}, .errorLog = {}};
    }
    static vmm::Descriptor openFile(const QString &path)
    {
        return vmm::Descriptor(
            ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    }
    static QByteArray content(const QString &path)
    {
        QFile file(path);
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestCompanion)
#include "tst_companion.moc"
