#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace cli {

/// Signals of the system as a signal of Qt; while one exists, SIGINT, SIGTERM, SIGHUP and SIGWINCH
/// no longer end the program.
class Signals : public QObject
{
    Q_OBJECT

public:
    explicit Signals(QObject *parent = nullptr);
    ~Signals() override;

signals:
    void arrived(int number);

private:
    QSocketNotifier m_notifier;
};

} // namespace cli
