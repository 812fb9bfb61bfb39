#pragma once

#include "core/link/greeting.h"
#include "core/sync/ancestor_store.h"
#include "core/sync/guest_session.h"
#include "core/sync/host_session.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

/// A folder of files for a test.
class Folder
{
public:
    explicit Folder(QString path);
    [[nodiscard]] QString path(const QString &name = {}) const;
    void write(const QString &name, const QByteArray &content) const;
    [[nodiscard]] QByteArray read(const QString &name) const; ///< null when absent
    void remove(const QString &name) const;                   ///< with everything below
    void link(const QString &name, const QString &target) const;
    [[nodiscard]] bool has(const QString &name) const; ///< a link counts, wherever it leads
    /// One line for each entry: kind, executable, path, content or target. Without `.git`.
    [[nodiscard]] QStringList listing() const;

private:
    QString m_path;
};

/// A snapshot of the guest's disk in the area of a test; restore it while nothing is connected.
void saveGuest(const QTemporaryDir &area);
void restoreGuest(const QTemporaryDir &area);

/// The guest's end, running in a thread of its own on one end of a socket pair.
class GuestEnd
{
public:
    enum class Greeting { None, Expected }; ///< whether the host's end greets as on a real port
    GuestEnd(const QString &workspace,
        const QString &state,
        int socket,
        const QString &boot,
        Greeting greeting = Greeting::None);
    ~GuestEnd();
    /// Ends it as an orderly shutdown does, or as a power cut.
    void stop(bool orderly);

private:
    void run(const QString &boot);
    bool take(core::sync::GuestSession &session, std::string_view bytes);
    core::tree::Result<> send(std::string_view bytes) const;
    QString m_workspace;
    QString m_state;
    int m_socket;
    std::optional<core::link::GuestGreeting> m_greeting;
    std::atomic<bool> m_stopping = false;
    std::atomic<bool> m_orderly = false;
    std::thread m_thread;
};

/// Two folders and the sessions between them, in this process.
class Pair
{
public:
    Pair();
    ~Pair();

    struct Options
    {
        bool allowSecretFiles = false;
        bool recovery = false;
        bool restored = false;
        std::optional<core::sync::GitSetup> git = std::nullopt;
        int bundle = -1;
        QString boot = QStringLiteral("boot-1");
    };
    /// Connects both ends; after `disconnect` again, with what is on the disks.
    bool connect(const Options &options);
    bool connect() { return connect(Options()); }
    /// Only until the guest has answered the host's hello.
    bool connectBriefly();
    void disconnect(bool orderly = true);
    /// Runs a cycle to its end. False when that takes more than 20 s.
    bool sync();
    /// Moves bytes until `done` or 20 s have passed.
    bool pumpUntil(const std::function<bool()> &done, int timeoutMs = 20'000);
    [[nodiscard]] bool bothEqual() const { return host.listing() == guest.listing(); }

    QTemporaryDir area; ///< in memory where there is such a place: syncfs waits for everything else
                        ///< on a busy disk
    Folder host;
    Folder guest;
    core::sync::Status status;
    QStringList excluded;
    QStringList conflicts;
    QStringList problems;
    std::optional<core::sync::Question> question;
    int settled = 0;
    int seeded = 0;
    QString failure;
    std::unique_ptr<core::sync::HostSession> session;

    /// Names of all old versions kept, without their label.
    [[nodiscard]] QStringList versions() const;

private:
    bool join(const Options &options);
    bool pumpOnce(int waitMs);
    core::sync::HostEvents events();

    int m_root = -1;
    int m_sync = -1;
    int m_socket = -1;
    std::string m_output;
    std::unique_ptr<core::sync::HostSide> m_side;
    std::optional<core::sync::AncestorStore> m_store;
    std::unique_ptr<GuestEnd> m_guestEnd;
};
