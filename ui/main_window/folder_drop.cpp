#include "ui/main_window/folder_drop.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ui", text);
}

} // namespace

FolderDrop folderDrop(const QMimeData &mime)
{
    const QList<QUrl> urls = mime.urls();
    if (urls.isEmpty())
        return {.folder = {}, .note = tr("Drop a folder here.")};
    if (urls.size() > 1)
        return {.folder = {}, .note = tr("Drop one folder: each sandbox works on one.")};
    if (!urls.first().isLocalFile())
        return {.folder = {}, .note = tr("Only folders on this computer can become sandboxes.")};
    const QFileInfo info(urls.first().toLocalFile());
    if (!info.exists())
        return {.folder = {}, .note = tr("%1 does not exist.").arg(info.filePath())};
    if (info.isDir())
        return {.folder = info.filePath(), .note = {}};
    return {.folder = info.path(), .note = tr("%1 is inside this folder.").arg(info.fileName())};
}

} // namespace ui
