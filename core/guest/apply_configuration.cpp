#include "core/guest/apply_configuration.h"

#include "core/guest/container_trust.h"
#include "core/guest/files.h"
#include "core/guest/network_interface.h"
#include "core/guest/places.h"
#include "core/guest/roots.h"
#include "core/guest/users.h"

#include <cerrno>
#include <dirent.h>
#include <memory>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::guest {

namespace {

constexpr char localDirectory[] = "/usr/local/share/ca-certificates";
constexpr char ownCertificate[] = "/usr/local/share/ca-certificates/paddock.crt";
constexpr char aptFile[] = "/etc/apt/apt.conf.d/90paddock";

Outcome<> setHostname(const std::string &hostname)
{
    if (hostname.empty())
        return {};
    if (::sethostname(hostname.data(), hostname.size()) != 0)
        return systemError("hostname");
    std::string hosts = "127.0.0.1 localhost\n127.0.1.1 " + hostname + "\n";
    const std::string old = readFile("/etc/hosts");
    for (std::size_t at = 0; at < old.size();) {
        const auto end = std::min(old.find('\n', at), old.size());
        const std::string line = old.substr(at, end - at);
        if (!line.empty() && !line.starts_with("127.0.0.1 ") && !line.starts_with("127.0.1.1 "))
            hosts += line + "\n";
        at = end + 1;
    }
    return replaceFile("/etc/hosts", hosts, 0644).and_then([&] {
        return replaceFile("/etc/hostname", hostname + "\n", 0644);
    });
}

Outcome<> setMachineId(const std::string &id)
{
    if (id.empty())
        return {};
    return replaceFile("/etc/machine-id", id + "\n", 0444).and_then([&] {
        return identifyNetwork(id);
    });
}

Outcome<> trustRoots(const Configuration &configuration)
{
    std::string certificates = configuration.caCertificate;
    if (!certificates.empty() && !certificates.ends_with('\n'))
        certificates += '\n';
    certificates += configuration.extraRoots;
    // Where the system's own update-ca-certificates finds them too, when a package runs it.
    return makeDirectories(localDirectory)
        .and_then([&] { return replaceFile(ownCertificate, certificates, 0644); })
        .and_then([&] {
            return replaceFile(rootsBundle, bundleWith(readFile(rootsBundle), certificates), 0644);
        })
        .and_then([&] { return refreshTrust(trustStore, certificates); });
}

Outcome<> setAptOptions(const std::string &options)
{
    if (options.empty()) {
        ::unlink(aptFile);
        return {};
    }
    return replaceFile(aptFile, options + "\n", 0644);
}

Outcome<> writeFiles(const std::vector<GuestFile> &files, const User &agent)
{
    for (const GuestFile &file : files) {
        const bool isAgents = file.owner == GuestFile::Owner::Agent;
        const Ownership owner = isAgents ? Ownership{agent.uid, agent.gid} : Ownership{};
        const std::string directory = file.path.substr(0, file.path.rfind('/'));
        auto outcome = directory.empty() ? Outcome<>() : makeDirectories(directory, owner);
        if (outcome)
            outcome = replaceFile(file.path, file.content, file.mode, owner);
        if (!outcome)
            return outcome;
    }
    return {};
}

bool isSameDirectory(const std::string &one, const std::string &other)
{
    struct stat first{};
    struct stat second{};
    return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool isEmptyDirectory(const std::string &path)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(::opendir(path.c_str()), &::closedir);
    int entries = 0;
    while (directory && entries <= 2 && ::readdir(directory.get()))
        ++entries;
    return directory && entries <= 2;
}

/// The agent must get down to its workspace, through /root for one.
Outcome<> openAncestors(const std::string &path)
{
    for (std::size_t end = path.find('/', 1); end != std::string::npos;
        end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        struct stat status{};
        if (::stat(part.c_str(), &status) != 0)
            return systemError(part);
        if ((status.st_mode & 0001) == 0 &&
            ::chmod(part.c_str(), (status.st_mode & 07777) | 0011) != 0)
            return systemError(part);
    }
    return {};
}

Outcome<> mountWorkspace(const std::string &path, const std::string &previous, const User &agent)
{
    if (!previous.empty() && previous != path)
        ::umount2(previous.c_str(), MNT_DETACH);
    if (!path.empty() && isSameDirectory(path, workspaceStore))
        return {};
    // A template has it too, so that the sync end of its forks stands ready.
    auto outcome = makeDirectories(workspaceStore);
    if (outcome && ::chown(workspaceStore, agent.uid, agent.gid) != 0)
        outcome = systemError(workspaceStore);
    if (path.empty())
        return outcome;
    if (outcome)
        outcome = makeDirectories(path);
    if (outcome)
        outcome = openAncestors(path);
    if (outcome && !isEmptyDirectory(path))
        outcome =
            std::unexpected("a workspace at " + path + " would hide the guest's own files there");
    if (outcome && ::mount(workspaceStore, path.c_str(), nullptr, MS_BIND, nullptr) != 0)
        outcome = systemError(path);
    return outcome;
}

} // namespace

Outcome<> applyConfiguration(
    const Configuration &configuration, const std::string &previousWorkspace)
{
    const auto agent = findUser("agent");
    if (!agent)
        return std::unexpected("the image has no user agent");
    return setHostname(configuration.hostname)
        .and_then([&] { return setMachineId(configuration.machineId); })
        .and_then([&] { return trustRoots(configuration); })
        .and_then([&] { return setAptOptions(configuration.aptOptions); })
        .and_then(
            [&] { return mountWorkspace(configuration.workspace, previousWorkspace, *agent); })
        .and_then([&] { return writeFiles(configuration.files, *agent); });
}

} // namespace core::guest
