#include "ui/snapshots/snapshot_questions.h"

#include "ui/text/describe.h"
#include "ui/text/tr.h"

#include <QDateTime>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

struct Question
{
    QString name; ///< of its parts
    QString title;
    QString text;
    QStringList explanation;
    QString sure;
};

void ask(QWidget *parent, const Question &question, const std::function<void()> &sure)
{
    auto *box = new QMessageBox(
        QMessageBox::Question, question.title, question.text, QMessageBox::NoButton, parent);
    box->setObjectName(question.name + u"Box"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(question.explanation.join(u"\n\n"_s));
    QPushButton *cancel = box->addButton(tr("Cancel"), QMessageBox::RejectRole);
    cancel->setObjectName(question.name + u"Cancel"_s);
    QPushButton *go = box->addButton(question.sure, QMessageBox::DestructiveRole);
    go->setObjectName(question.name + u"Sure"_s);
    QObject::connect(go, &QPushButton::clicked, parent, sure);
    box->setDefaultButton(cancel);
    box->setEscapeButton(cancel);
    box->open();
}

QString timeText(const core::SnapshotInfo &snapshot)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(snapshot.atMs), QLocale::ShortFormat);
}

} // namespace

void askToRestore(QWidget *parent,
    const core::SandboxStatus &sandbox,
    const core::SnapshotInfo &snapshot,
    const QList<core::SnapshotInfo> &others,
    const std::function<void()> &sure)
{
    Question question{.name = u"restore"_s,
        .title = tr("Restore a snapshot"),
        .text = tr("Bring %1 back to “%2”?").arg(sandbox.settings.name, snapshot.name),
        .explanation = {},
        .sure = tr("Restore")};
    QStringList &words = question.explanation;
    words << (snapshot.fits
                  ? tr("Its machine will be as it was on %1: its programs, its memory and its "
                       "disks.")
                  : tr("Its disks will be as they were on %1, and the machine boots from them. "
                       "What programs had in memory then does not come back."))
                 .arg(timeText(snapshot));
    const QString keep = core::nameBeforeRestore(snapshot.name);
    const bool replaces = std::ranges::contains(others, keep, &core::SnapshotInfo::name);
    words << (replaces ? tr("Its present state is kept as the snapshot “%1” first, in place of the "
                            "one of this name.")
                       : tr("Its present state is kept as the snapshot “%1” first."))
                 .arg(keep);
    words << tr("Your folder %1 stays as it is, and the sandbox gets the files that are there now.")
                 .arg(shortPath(sandbox.settings.workspace));
    ask(parent, question, sure);
}

void askToRemove(
    QWidget *parent, const core::SnapshotInfo &snapshot, const std::function<void()> &sure)
{
    ask(parent,
        {.name = u"removeSnapshot"_s,
            .title = tr("Remove a snapshot"),
            .text = tr("Remove the snapshot “%1”?").arg(snapshot.name),
            .explanation = {tr("It frees %1. You cannot come back to this moment then; the sandbox "
                               "itself stays as it is.")
                    .arg(describeBytes(snapshot.bytes))},
            .sure = tr("Remove")},
        sure);
}

} // namespace ui
