#include "ui/main_window/main_window.h"

#include "ui/credentials/credentials_dialog.h"
#include "ui/dashboard/sandbox_card.h"
#include "ui/launch/image_build.h"
#include "ui/launch/launch_sheet.h"
#include "ui/main_window/banner.h"
#include "ui/main_window/empty_page.h"
#include "ui/main_window/folder_drop.h"
#include "ui/text/describe.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QLabel>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui {

MainWindow::MainWindow(Services services, QWidget *parent)
    : QMainWindow(parent)
    , m_services(services)
    , m_model(services.sandboxes)
    , m_actions(services)
    , m_memory(services.sandboxes.paths())
    , m_notifier(services.sandboxes, [this](const core::SandboxId &id) { return isSeen(id); })
    , m_build(std::make_unique<ImageBuild>())
    , m_banner(new Banner(this))
    , m_places(new QStackedWidget(this))
    , m_empty(new EmptyPage(m_places))
    , m_splitter(new QSplitter(m_places))
    , m_dropHint(new QLabel(this))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(u"Paddock"_s);
    setAcceptDrops(true);
    resize(1100, 720);
    setMinimumSize(800, 520);
    restoreGeometry(m_memory.geometry());
    auto *center = new QWidget(this);
    auto *layout = new QVBoxLayout(center);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_places, 1);
    setCentralWidget(center);
    buildList(m_splitter);
    m_places->addWidget(m_empty);
    m_places->addWidget(m_splitter);
    m_dropHint->setObjectName(u"dropHint"_s);
    m_dropHint->setAlignment(Qt::AlignCenter);
    m_dropHint->setAutoFillBackground(true);
    m_dropHint->setTextFormat(Qt::PlainText);
    makeHeading(m_dropHint);
    m_dropHint->hide();
    buildMenus();
    connect(m_empty, &EmptyPage::newAsked, this, [this] { newSandbox(); });
    buildNotices();
    if (!services.agents.problems().isEmpty())
        m_banner->show(Tone::Attention,
            tr("Some agents are left out"),
            services.agents.problems().join(u'\n') + u'\n' +
                tr("Correct these files and start Paddock again."),
            {});
    m_list->setCurrentIndex(m_model.indexOf(m_memory.selected()));
    showPlaces();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildNotices()
{
    connect(&m_actions,
        &SandboxActions::failed,
        this,
        [this](const core::SandboxId &id, const core::Error &error) {
            if (SandboxPage *page = m_pages.value(id))
                page->showError(error);
            else
                m_banner->show(error, {});
        });
    connect(&m_actions,
        &SandboxActions::keysMissing,
        this,
        [this](const core::SandboxId &id, const core::Error &error) {
            if (SandboxPage *page = m_pages.value(id))
                page->showKeysMissing(error);
        });
    connect(&m_notifier, &Notifier::openAsked, this, [this](const core::SandboxId &id) {
        raiseWindow();
        open(id);
    });
    connect(&m_notifier, &Notifier::raised, this, [this] { QApplication::alert(this); });
    m_memoryTimer.setSingleShot(true);
    m_memoryTimer.setInterval(500ms);
    connect(&m_memoryTimer, &QTimer::timeout, this, &MainWindow::remember);
    connect(m_splitter, &QSplitter::splitterMoved, &m_memoryTimer, qOverload<>(&QTimer::start));
}

void MainWindow::buildList(QSplitter *splitter)
{
    splitter->setObjectName(u"splitter"_s);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    auto *side = new QWidget(splitter);
    auto *button = new QPushButton(themedIcon(u"plus"_s, palette()), tr("New sandbox…"), side);
    button->setObjectName(u"newSandbox"_s);
    connect(button, &QPushButton::clicked, this, [this] { newSandbox(); });
    m_list = new QListView(side);
    m_list->setObjectName(u"sandboxes"_s);
    m_list->setAccessibleName(tr("Sandboxes"));
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new SandboxCard(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setMouseTracking(true);
    m_list->viewport()->setAttribute(Qt::WA_Hover);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapSmall);
    auto *top = new QVBoxLayout;
    top->setContentsMargins(gap, gap, gap, gapSmall);
    top->addWidget(button);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    m_detail = new QStackedWidget(splitter);
    m_detail->setObjectName(u"detail"_s);
    m_detail->addWidget(new QWidget(m_detail));
    splitter->addWidget(side);
    splitter->addWidget(m_detail);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({280, 820});
    splitter->restoreState(m_memory.splitter());
    connect(m_list, &QListView::customContextMenuRequested, this, &MainWindow::showMenu);
    connect(m_list, &QListView::activated, this, [this] {
        if (SandboxPage *page = currentPage())
            page->showPage(SandboxPage::Page::Terminal);
    });
    connect(m_list->selectionModel(),
        &QItemSelectionModel::currentChanged,
        this,
        &MainWindow::showSelected);
    connect(&m_model, &QAbstractItemModel::rowsInserted, this, &MainWindow::showPlaces);
    connect(&m_model, &QAbstractItemModel::rowsRemoved, this, &MainWindow::showPlaces);
    connect(&m_services.sandboxes,
        &core::Sandboxes::changed,
        this,
        [this](const core::SandboxStatus &status) {
            if (SandboxPage *page = m_pages.value(status.settings.id))
                page->show(status);
            updateActions();
        });
    connect(
        &m_services.sandboxes, &core::Sandboxes::removed, this, [this](const core::SandboxId &id) {
            if (SandboxPage *page = m_pages.take(id))
                page->deleteLater();
            showSelected();
        });
}

void MainWindow::newSandbox(const QString &folder, const QString &agent, const QString &note)
{
    raiseWindow();
    if (!m_sheet) {
        m_sheet = new LaunchSheet(m_services, this);
        connect(m_sheet, &LaunchSheet::keyAsked, this, &MainWindow::askKeys);
        connect(m_sheet, &QDialog::finished, this, [this] {
            std::exchange(m_sheet, nullptr)->deleteLater();
        });
        connect(m_sheet, &LaunchSheet::wanted, this, &MainWindow::create);
    }
    if (!agent.isEmpty())
        m_sheet->setAgent(agent);
    if (!folder.isEmpty())
        m_sheet->setFolder(folder, note);
    m_sheet->open();
}

void MainWindow::create(const LaunchForm &form)
{
    const core::Result<> consent =
        form.acceptEmulation ? m_actions.keepConsent() : core::Result<>();
    const core::Result<core::SandboxId> id =
        consent ? m_actions.create(toRequest(form)) : std::unexpected(consent.error());
    if (!id) {
        m_sheet->refuse(id.error());
        return;
    }
    m_sheet->accept();
    open(*id);
}

void MainWindow::run(const QString &agent, const QString &folder)
{
    raiseWindow();
    core::Result<core::Agent> known = m_services.agents.find(agent);
    if (!known) {
        m_banner->show(
            known.error(), {{tr("New sandbox…"), [this, folder] { newSandbox(folder); }}});
        return;
    }
    LaunchForm form;
    form.agent = agent;
    form.folder = folder;
    const core::Result<core::SandboxId> id = m_actions.run(toRequest(form));
    if (id)
        open(*id);
    else
        m_banner->show(id.error(),
            {{tr("New sandbox…"), [this, folder, agent] { newSandbox(folder, agent); }}});
}

void MainWindow::open(const core::SandboxId &id)
{
    if (!m_services.sandboxes.find(id.value))
        return;
    showPlaces();
    m_list->setCurrentIndex(m_model.indexOf(id));
    if (SandboxPage *page = currentPage())
        page->showPage(SandboxPage::Page::Terminal);
}

void MainWindow::raiseWindow()
{
    if (isMinimized())
        showNormal();
    else
        show();
    raise();
    activateWindow();
}

void MainWindow::showPlaces()
{
    const bool empty = m_model.rowCount() == 0;
    m_places->setCurrentWidget(empty ? static_cast<QWidget *>(m_empty) : m_splitter);
    if (!empty && !m_list->currentIndex().isValid())
        m_list->setCurrentIndex(m_model.index(0));
    updateActions();
}

void MainWindow::showSelected()
{
    const core::SandboxStatus *status = m_model.at(m_list->currentIndex());
    m_detail->setCurrentWidget(status ? pageOf(*status) : m_detail->widget(0));
    setWindowTitle(status ? tr("%1 – Paddock").arg(status->settings.name) : u"Paddock"_s);
    if (status)
        m_memory.keepSelected(status->settings.id);
    m_notifier.look();
    updateActions();
}

bool MainWindow::isSeen(const core::SandboxId &id) const
{
    return isActiveWindow() && currentId() == id;
}

void MainWindow::remember()
{
    m_memory.keepGeometry(saveGeometry());
    m_memory.keepSplitter(m_splitter->saveState());
}

SandboxPage *MainWindow::pageOf(const core::SandboxStatus &status)
{
    SandboxPage *&page = m_pages[status.settings.id];
    if (!page) {
        page = new SandboxPage(m_services, m_actions, *m_build, status, m_detail);
        m_detail->addWidget(page);
        connect(page, &SandboxPage::keysAsked, this, [this] { askKeys(); });
    }
    return page;
}

SandboxPage *MainWindow::currentPage() const
{
    return m_pages.value(currentId());
}

core::SandboxId MainWindow::currentId() const
{
    const core::SandboxStatus *status = m_model.at(m_list->currentIndex());
    return status ? status->settings.id : core::SandboxId();
}

void MainWindow::confirmDelete(const core::SandboxId &id)
{
    const auto status = m_services.sandboxes.find(id.value);
    if (!status)
        return;
    auto *box = new QMessageBox(QMessageBox::Warning,
        tr("Delete sandbox"),
        tr("Delete the sandbox “%1”?").arg(status->settings.name),
        QMessageBox::NoButton,
        this);
    box->setObjectName(u"deleteBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QStringList lost{tr("Its machine's disk is lost: everything installed in it, its containers "
                        "and its shell history.")};
    if (status->sync.conflicts > 0 || status->sync.question ||
        status->sync.state == core::SyncState::Halted)
        lost.append(tr("Files that were not brought in line are lost on the sandbox's side: %1.")
                .arg(describe(status->sync)));
    lost.append(tr("Your folder %1 stays as it is.").arg(shortPath(status->settings.workspace)));
    box->setInformativeText(lost.join(u"\n\n"_s));
    box->addButton(tr("Cancel"), QMessageBox::RejectRole)->setObjectName(u"deleteCancel"_s);
    QPushButton *sure = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    sure->setObjectName(u"deleteSure"_s);
    connect(sure, &QPushButton::clicked, this, [this, id] { m_actions.remove(id); });
    box->open();
}

void MainWindow::askKeys(const QString &service)
{
    QWidget *over = m_sheet ? static_cast<QWidget *>(m_sheet) : this;
    auto *dialog = new CredentialsDialog(m_services, over);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!service.isEmpty())
        dialog->setService(service);
    connect(dialog, &QDialog::finished, this, [this] {
        if (m_sheet)
            m_sheet->setAgent(m_sheet->form().agent);
    });
    dialog->open();
}

void MainWindow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::ActivationChange)
        m_notifier.look();
    QMainWindow::changeEvent(event);
}

void MainWindow::moveEvent(QMoveEvent *)
{
    m_memoryTimer.start();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    m_memoryTimer.start();
    QMainWindow::resizeEvent(event);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    remember();
    event->accept(); // sandboxes belong to their wardens and go on
    if (!m_trayShown)
        emit quitAsked();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const FolderDrop drop = folderDrop(*event->mimeData());
    m_dropHint->setText(drop.folder.isEmpty() ? drop.note
                                              : tr("Drop to create a sandbox for %1")
                                                    .arg(drop.folder.section(
                                                        u'/', -1, -1, QString::SectionSkipEmpty)));
    m_dropHint->setGeometry(centralWidget()->geometry());
    m_dropHint->raise();
    m_dropHint->show();
    if (drop.folder.isEmpty())
        event->ignore();
    else
        event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *)
{
    m_dropHint->hide();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    m_dropHint->hide();
    const FolderDrop drop = folderDrop(*event->mimeData());
    if (drop.folder.isEmpty())
        return;
    event->acceptProposedAction();
    // After the drag is over: the source waits for the answer to the drop.
    QMetaObject::invokeMethod(
        this, [this, drop] { newSandbox(drop.folder, {}, drop.note); }, Qt::QueuedConnection);
}

} // namespace ui
