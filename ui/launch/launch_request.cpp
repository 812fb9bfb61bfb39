#include "ui/launch/launch_request.h"

#include "ui/terminal/paste_text.h"
#include "ui/text/describe.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

QString sizeOption(int mib)
{
    return mib % 1024 == 0 ? u"%1G"_s.arg(mib / 1024) : u"%1M"_s.arg(mib);
}

/// The shell expands "~" only outside quotes.
QString shellPath(const QString &path)
{
    const QString shorter = shortPath(path);
    return shorter.startsWith(u"~/") ? u"~/"_s + shellQuoted(shorter.mid(2)) : shellQuoted(path);
}

} // namespace

core::NewSandbox toRequest(const LaunchForm &form)
{
    core::NewSandbox request;
    request.settings.name = form.name;
    request.settings.agent = form.agent;
    request.settings.workspace = form.folder;
    request.settings.network = form.network;
    request.settings.cpus = form.cpus;
    request.settings.memoryMiB = form.memoryMiB;
    request.settings.diskGiB = form.diskGiB;
    request.settings.allowSecretFiles = form.allowSecretFiles;
    return request;
}

QString commandLine(const LaunchForm &form)
{
    const LaunchForm defaults;
    QStringList words{u"paddock"_s, u"run"_s, form.agent, shellPath(form.folder)};
    if (!form.name.isEmpty())
        words << u"--name"_s << form.name;
    if (form.network != defaults.network)
        words << u"--network"_s << core::toString(form.network);
    if (form.cpus != defaults.cpus)
        words << u"--cpus"_s << QString::number(form.cpus);
    if (form.memoryMiB != defaults.memoryMiB)
        words << u"--memory"_s << sizeOption(form.memoryMiB);
    if (form.diskGiB != defaults.diskGiB)
        words << u"--disk"_s << u"%1G"_s.arg(form.diskGiB);
    if (form.allowSecretFiles)
        words << u"--allow-secret-files"_s;
    if (form.acceptEmulation)
        words << u"--accept-emulation"_s;
    return words.join(u' ');
}

QStringList secretFilesIn(const QString &folder)
{
    if (folder.isEmpty())
        return {};
    return QDir(folder).entryList({u".env"_s, u".env.*"_s}, QDir::Files | QDir::Hidden, QDir::Name);
}

} // namespace ui
