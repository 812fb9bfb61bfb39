#pragma once

#include "app/desktop/application.h"
#include "core/credentials/memory_store.h"
#include "tests/client/fake_home.h"
#include "ui/terminal/terminal_tabs.h"

#include <QPushButton>

/// A whole desktop over a PADDOCK_HOME with fake wardens.
class Desk
{
public:
    Desk()
        : m_instance(FakeHome::paths())
        , m_application(FakeHome::paths(), m_instance, std::make_unique<core::MemoryStore>())
    {
        m_application.fulfil({});
    }
    ui::MainWindow &window() { return m_application.window(); }
    desktop::Application &application() { return m_application; }
    template <typename T>
    T *find(const QString &name)
    {
        return window().findChild<T *>(name);
    }
    void click(const QString &name) { find<QPushButton>(name)->click(); }
    QString terminalText()
    {
        ui::SandboxPage *page = window().currentPage();
        ui::TerminalView *view = page ? page->terminals()->currentView() : nullptr;
        return view ? view->text() : QString();
    }
    QWidget *display()
    {
        ui::SandboxPage *page = window().currentPage();
        ui::TerminalView *view = page ? page->terminals()->currentView() : nullptr;
        return view ? view->findChild<QWidget *>(QStringLiteral("terminalDisplay")) : nullptr;
    }

private:
    desktop::SingleInstance m_instance;
    desktop::Application m_application;
};
