#pragma once

#include "core/async/steps.h"

#include <QJsonObject>
#include <QList>
#include <QTemporaryDir>

namespace core {

/// What one file of a fork is against the same file of the folder as it is now.
struct Patch
{
    QJsonObject item; ///< of `sync.review`
    QString text;     ///< as git writes it, without what acts on a terminal
    int added = 0;    ///< lines
    int removed = 0;
    bool whole = false; ///< its lines could be compared
};

/// Compares the files of a review with those of the folder, by the host's own `diff`. What is no
/// text, or larger than 1 MiB, is named only. Files of the folder are read without following links.
class PatchMaker : public QObject
{
public:
    /// `review`: the answer of `sync.review` with contents.
    PatchMaker(QString workspace, const QJsonObject &review);

    Future<QList<Patch>> run();

private:
    void next();
    void compare(Patch patch, const QByteArray &old, const QByteArray &now);
    void finish(Patch patch);

    QString m_workspace;
    QString m_contents;
    QList<QJsonObject> m_items;
    QTemporaryDir m_directory;
    QList<Patch> m_patches;
    QPromise<Result<QList<Patch>>> m_done;
};

} // namespace core
