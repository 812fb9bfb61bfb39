#pragma once

#include <QDBusConnection>
#include <QDBusServiceWatcher>
#include <QHash>
#include <QObject>

namespace ui {

/// The desktop's notification service (org.freedesktop.Notifications): at most one notification
/// for each key, replaced in place. Without a service nothing happens.
class Notifications : public QObject
{
    Q_OBJECT

public:
    enum class Urgency : uchar { Low, Normal, Critical };

    explicit Notifications(
        QDBusConnection bus = QDBusConnection::sessionBus(), QObject *parent = nullptr);

    /// `title` and `text` are shown as they are, never as markup.
    void show(const QString &key, const QString &title, const QString &text, Urgency urgency);
    void withdraw(const QString &key);

signals:
    void activated(const QString &key); ///< clicked

private slots:
    void takeAction(uint id, const QString &action);
    void takeToken(uint id, const QString &token);
    void takeClosed(uint id, uint reason);

private:
    void close(uint id);
    void askForMarkup();

    QDBusConnection m_bus;
    QDBusServiceWatcher m_service;
    QHash<QString, uint> m_shown;
    QHash<QString, quint64> m_turn; ///< of the last show or withdraw, for answers that come late
    quint64 m_lastTurn = 0;
    bool m_takesMarkup = true; ///< so that text needs escapes
};

} // namespace ui
