#pragma once

#include "ui/dashboard/sandbox_model.h"

#include <QMenu>
#include <QObject>

#include <memory>

class KStatusNotifierItem;

namespace ui {

/// The icon in the panel and its menu. Everything in it is in the window too: many panels have no
/// place for it.
class TrayIcon : public QObject
{
    Q_OBJECT

public:
    explicit TrayIcon(SandboxModel &model, QObject *parent = nullptr);
    ~TrayIcon() override;

    /// Whether a panel shows icons now.
    [[nodiscard]] bool hasHost() const;
    [[nodiscard]] QMenu &menu() { return *m_menu; }

signals:
    void newAsked();
    void openAsked(const core::SandboxId &id);
    void windowAsked();
    void quitAsked();
    void hostChanged();

private:
    void rebuild();
    void updateState();

    SandboxModel &m_model;
    std::unique_ptr<KStatusNotifierItem> m_item; ///< none without a session bus
    std::unique_ptr<QMenu> m_ownMenu;            ///< empty when the item owns it
    QMenu *m_menu;
};

} // namespace ui
