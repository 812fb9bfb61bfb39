#include "ui/launch/progress_page.h"

#include "ui/launch/image_build.h"
#include "ui/launch/stage_list.h"
#include "ui/style/theme.h"
#include "ui/text/describe.h"

#include <QDateTime>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui {

namespace {

constexpr int shownLines = 12;
constexpr int barSteps = 1000;

struct Measure
{
    qint64 done = 0;
    qint64 total = 0;
    QString text;
};

Measure measureOf(const core::SandboxStatus &status)
{
    const core::SyncStatus &sync = status.sync;
    if (status.stage == core::LaunchStage::Files && sync.totalFiles > 0)
        return {sync.doneBytes,
            sync.totalBytes,
            ProgressPage::tr("%1 of %2 files · %3 of %4")
                .arg(sync.doneFiles)
                .arg(sync.totalFiles)
                .arg(describeBytes(sync.doneBytes), describeBytes(sync.totalBytes))};
    if (status.stage == core::LaunchStage::Boot && status.progressText.isEmpty())
        return {0,
            0,
            status.acceleration == "tcg"_L1
                ? ProgressPage::tr("software emulation, some seconds more")
                : status.acceleration.toUpper()};
    return {status.progressDone, status.progressTotal, status.progressText};
}

} // namespace

ProgressPage::ProgressPage(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_elapsed(new QLabel(this))
    , m_stages(new StageList(this))
    , m_lines(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Stop"), this))
{
    setObjectName(u"progressPage"_s);
    m_title->setObjectName(u"progressTitle"_s);
    makeHeading(m_title);
    m_elapsed->setObjectName(u"progressElapsed"_s);
    makeQuiet(m_elapsed);
    m_lines->setObjectName(u"progressLines"_s);
    m_lines->setTextFormat(Qt::PlainText);
    m_lines->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_lines->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    makeQuiet(m_lines);
    m_bar->setObjectName(u"progressBar"_s);
    m_bar->setAccessibleName(tr("Progress"));
    m_bar->setTextVisible(false);
    m_cancel->setObjectName(u"progressCancel"_s);
    connect(m_cancel, &QPushButton::clicked, this, &ProgressPage::cancelAsked);
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &ProgressPage::showElapsed);
    m_second.start();
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_elapsed);
    head->addSpacing(gap);
    head->addWidget(m_cancel);
    auto *column = new QVBoxLayout;
    column->setSpacing(gap);
    column->addLayout(head);
    column->addWidget(m_stages);
    column->addWidget(m_bar);
    column->addWidget(m_lines);
    column->addStretch(1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(gapLarge * 2, gapLarge * 2, gapLarge * 2, gapLarge);
    layout->addLayout(column, 1);
}

void ProgressPage::show(const core::SandboxStatus &status)
{
    const Measure measure = measureOf(status);
    const bool stopping = status.state == core::SandboxState::Stopping;
    m_title->setText(stopping ? tr("%1 is stopping").arg(status.settings.name)
                              : tr("%1 is starting").arg(status.settings.name));
    m_sinceMs = status.sinceMs;
    m_stages->setVisible(!stopping);
    m_lines->setVisible(false);
    m_stages->show(status.stage, measure.text);
    m_bar->setRange(0, measure.total > 0 ? barSteps : 0);
    m_bar->setVisible(!stopping);
    if (measure.total > 0)
        m_bar->setValue(int(barSteps * qMin(measure.done, measure.total) / measure.total));
    m_cancel->setText(stopping ? tr("Force stop") : tr("Stop"));
    showElapsed();
}

void ProgressPage::show(const ImageBuild &build)
{
    m_title->setText(tr("The guest image is being built"));
    m_sinceMs = QDateTime::currentMSecsSinceEpoch() - build.elapsedMs();
    m_stages->hide();
    m_bar->setRange(0, 0);
    m_bar->show();
    const QStringList lines = build.lines();
    m_lines->setText(lines.last(qMin<qsizetype>(shownLines, lines.size())).join(u'\n'));
    m_lines->show();
    m_cancel->setText(tr("Cancel"));
    showElapsed();
}

void ProgressPage::showElapsed()
{
    if (m_sinceMs > 0)
        m_elapsed->setText(describeElapsed(QDateTime::currentMSecsSinceEpoch() - m_sinceMs));
}

} // namespace ui
