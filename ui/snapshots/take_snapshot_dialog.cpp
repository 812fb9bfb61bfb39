#include "ui/snapshots/take_snapshot_dialog.h"

#include "core/sandbox/snapshot.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int longestName = 40;

} // namespace

TakeSnapshotDialog::TakeSnapshotDialog(QStringList taken, QWidget *parent)
    : QDialog(parent)
    , m_taken(std::move(taken))
    , m_name(new QLineEdit(this))
    , m_note(new QLabel(this))
    , m_take(new QPushButton(tr("Take snapshot"), this))
{
    setObjectName(u"takeSnapshot"_s);
    setWindowTitle(tr("Take a snapshot"));
    setWindowModality(Qt::WindowModal);
    auto *label = new QLabel(tr("&Name"), this);
    label->setBuddy(m_name);
    m_name->setObjectName(u"takeSnapshotName"_s);
    m_name->setAccessibleName(tr("Name of the snapshot"));
    m_name->setPlaceholderText(core::freeSnapshotName(m_taken));
    m_name->setMaxLength(longestName);
    m_note->setObjectName(u"takeSnapshotNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_take->setObjectName(u"takeSnapshotSure"_s);
    m_take->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(u"takeSnapshotCancel"_s);
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_name, &QLineEdit::textChanged, this, &TakeSnapshotDialog::check);
    connect(m_take, &QPushButton::clicked, this, [this] {
        emit wanted(m_name->text());
        accept();
    });
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_take);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gapSmall);
    layout->addWidget(label);
    layout->addWidget(m_name);
    layout->addWidget(m_note);
    layout->addSpacing(gap);
    layout->addStretch(1);
    layout->addLayout(buttons);
    setMinimumWidth(420);
    check();
}

void TakeSnapshotDialog::check()
{
    const QString name = m_name->text();
    const bool isTaken = m_taken.contains(name);
    const bool good = name.isEmpty() || (core::isSnapshotName(name) && !isTaken);
    if (good)
        m_note->setText(tr("The sandbox goes on while it is taken."));
    else
        m_note->setText(isTaken
                            ? tr("There is a snapshot of this name.")
                            : tr("Letters, digits, “.”, “_” and “-”, a letter or digit first."));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, toneColor(good ? Tone::Neutral : Tone::Problem, colors));
    m_note->setPalette(colors);
    m_take->setEnabled(good);
}

} // namespace ui
