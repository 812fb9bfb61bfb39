#include "ui/tray/tray_icon.h"

#include "ui/text/describe.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusServiceWatcher>

#include <KStatusNotifierItem>

using namespace Qt::StringLiterals;

namespace ui {

namespace {

constexpr int shownSandboxes = 6;
constexpr auto watcherService = "org.kde.StatusNotifierWatcher"_L1;

} // namespace

TrayIcon::TrayIcon(SandboxModel &model, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_ownMenu(std::make_unique<QMenu>())
    , m_menu(m_ownMenu.get())
{
    m_menu->setObjectName(u"trayMenu"_s);
    connect(m_menu, &QMenu::aboutToShow, this, &TrayIcon::rebuild);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&m_model, signal, this, &TrayIcon::updateState);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &TrayIcon::updateState);
    rebuild();
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return; // no panel can be reached; the window has everything
    m_item = std::make_unique<KStatusNotifierItem>(u"org.paddock.Paddock"_s);
    m_item->setTitle(u"Paddock"_s);
    m_item->setCategory(KStatusNotifierItem::ApplicationStatus);
    m_item->setIconByPixmap(themedIcon(u"paddock-symbolic"_s, QApplication::palette()));
    m_item->setToolTip(themedIcon(u"paddock"_s, QApplication::palette()), u"Paddock"_s, {});
    m_item->setStandardActionsEnabled(false);
    m_item->setContextMenu(m_ownMenu.release());
    connect(m_item.get(), &KStatusNotifierItem::activateRequested, this, &TrayIcon::windowAsked);
    auto *watcher = new QDBusServiceWatcher(
        watcherService, bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this, &TrayIcon::hostChanged);
    updateState();
}

TrayIcon::~TrayIcon() = default;

bool TrayIcon::hasHost() const
{
    const QDBusConnection bus = QDBusConnection::sessionBus();
    return m_item && bus.interface() &&
           bus.interface()->isServiceRegistered(watcherService).value();
}

void TrayIcon::rebuild()
{
    m_menu->clear();
    QAction *fresh = m_menu->addAction(tr("New sandbox for folder…"), this, &TrayIcon::newAsked);
    fresh->setObjectName(u"trayNew"_s);
    m_menu->addSeparator();
    for (int row = 0; row < qMin(shownSandboxes, m_model.rowCount()); ++row) {
        const core::SandboxStatus *status = m_model.at(m_model.index(row));
        const core::SandboxId id = status->settings.id;
        QAction *entry = m_menu->addAction(tr("%1 — %2")
                .arg(status->settings.name, headline(*status).text)
                .replace(u'&', "&&"_L1));
        entry->setObjectName(u"traySandbox_"_s + id.value);
        connect(entry, &QAction::triggered, this, [this, id] { emit openAsked(id); });
    }
    if (m_model.rowCount() > 0)
        m_menu->addSeparator();
    m_menu->addAction(tr("Open Paddock"), this, &TrayIcon::windowAsked)
        ->setObjectName(u"trayOpen"_s);
    m_menu->addSeparator();
    m_menu->addAction(tr("Quit"), this, &TrayIcon::quitAsked)->setObjectName(u"trayQuit"_s);
}

void TrayIcon::updateState()
{
    rebuild();
    if (!m_item)
        return;
    const core::SandboxStatus *first = m_model.at(m_model.index(0));
    const bool attention = first && need(*first) == 0;
    m_item->setStatus(
        attention ? KStatusNotifierItem::NeedsAttention : KStatusNotifierItem::Active);
    m_item->setToolTipSubTitle(
        first ? tr("%1: %2").arg(first->settings.name, headline(*first).text) : QString());
}

} // namespace ui
