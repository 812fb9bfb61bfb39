#pragma once

#include "core/client/file_lock.h"
#include "core/client/sandbox_folder.h"
#include "core/client/sandboxes.h"
#include "core/config/write_file.h"
#include "core/paths.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <csignal>

/// A PADDOCK_HOME of its own whose wardens are fakes; ends them with itself.
class FakeHome
{
public:
    FakeHome()
    {
        qputenv("PADDOCK_HOME", QFile::encodeName(m_folder.path()));
        qputenv("PADDOCK_LIBEXEC", FAKES);
        core::makePrivateDirectory(paths().sandboxes());
    }
    /// Nobody may be writing into the folder any more when it is removed.
    ~FakeHome()
    {
        QThreadPool::globalInstance()->waitForDone(); // discarded sandboxes are deleted there
        for (const core::SandboxId &id : core::sandboxIds(paths())) {
            endWarden(id);
            if (!QTest::qWaitFor([&id] { return !core::isHeld(paths(), id); }, 30'000))
                qFatal("a fake warden does not end");
        }
    }

    static core::Paths paths() { return core::Paths::fromEnvironment(); }
    [[nodiscard]] QString workspace(const QString &name) const
    {
        const QString folder = m_folder.filePath(QStringLiteral("work/") + name);
        QDir().mkpath(folder);
        return folder;
    }
    [[nodiscard]] core::SandboxSettings settings(const QString &name) const
    {
        core::SandboxSettings settings;
        settings.name = name;
        settings.agent = QStringLiteral("shell");
        settings.workspace = workspace(name);
        return settings;
    }
    static void script(const core::SandboxId &id, const QJsonObject &script)
    {
        QFile file(paths().sandbox(id.value) + QStringLiteral("/fake-warden.json"));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(QJsonDocument(script).toJson());
    }
    static QJsonObject seen(const core::SandboxId &id)
    {
        QFile file(paths().sandbox(id.value) + QStringLiteral("/fake-warden.seen.json"));
        return file.open(QFile::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                          : QJsonObject();
    }
    static void signalWarden(const core::SandboxId &id, int number)
    {
        const int pid = seen(id).value(QStringLiteral("pid")).toInt();
        if (pid > 1 && core::isHeld(paths(), id))
            kill(pid, number);
    }
    static void endWarden(const core::SandboxId &id) { signalWarden(id, SIGKILL); }

private:
    QTemporaryDir m_folder{QDir::tempPath() + QStringLiteral("/pdk-XXXXXX")};
};
