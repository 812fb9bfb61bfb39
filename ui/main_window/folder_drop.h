#pragma once

#include <QString>

class QMimeData;

namespace ui {

/// What a drag offers a window that makes sandboxes of folders.
struct FolderDrop
{
    QString folder; ///< of one folder, or around one file; else empty
    QString note;   ///< "FILE is inside", or why it is not taken
    friend bool operator==(const FolderDrop &, const FolderDrop &) = default;
};

FolderDrop folderDrop(const QMimeData &mime);

} // namespace ui
