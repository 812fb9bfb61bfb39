#include "core/guest/container_trust.h"

#include "core/guest/descriptor.h"
#include "core/guest/files.h"
#include "core/guest/roots.h"
#include "core/tree/digest.h"

#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace core::guest {
namespace {

using Json = nlohmann::json;

constexpr off_t largestBundle = 4 << 20;
constexpr char rootsFile[] = "/roots.crt";
constexpr char aptFile[] = "/apt.conf";
constexpr std::size_t nameDigits = 16;

/// Where distributions keep the bundle; the order is that of Go's crypto/x509.
constexpr std::array bundlePaths{"etc/ssl/certs/ca-certificates.crt",
    "etc/pki/tls/certs/ca-bundle.crt",
    "etc/ssl/ca-bundle.pem",
    "etc/pki/tls/cacert.pem",
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "etc/ssl/cert.pem"};

/// A plain file below a root that a stranger made: its links lead nowhere else.
std::string readBeneath(int root, const char *path)
{
    open_how how{};
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const Descriptor file(static_cast<int>(::syscall(SYS_openat2, root, path, &how, sizeof(how))));
    struct stat status{};
    if (!file.isOpen() || ::fstat(file.value(), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > largestBundle)
        return {};
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    const auto count = ::pread(file.value(), text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
}

std::string ownBundle(const std::string &root)
{
    const Descriptor directory(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    for (const char *path : bundlePaths)
        if (auto text = readBeneath(directory.value(), path); !text.empty())
            return text;
    return {};
}

std::string aptConfiguration()
{
    return std::string("Acquire::https::CAInfo \"") + trustInContainer + rootsFile + "\";\n";
}

/// Complete at once or not at all: several containers may start together.
Outcome<> fill(const std::string &directory, const std::string &roots)
{
    const std::string draft = directory + ".new-" + std::to_string(::getpid());
    auto made =
        makeDirectories(draft)
            .and_then([&] { return replaceFile(draft + rootsFile, roots, 0644); })
            .and_then([&] { return replaceFile(draft + aptFile, aptConfiguration(), 0644); });
    if (made && ::rename(draft.c_str(), directory.c_str()) == 0)
        return {};
    if (made && errno != EEXIST && errno != ENOTEMPTY)
        made = systemError(directory);
    ::unlink((draft + rootsFile).c_str());
    ::unlink((draft + aptFile).c_str());
    ::rmdir(draft.c_str());
    return made;
}

bool exists(const std::string &path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

void setWhereUnset(Json &process)
{
    auto &variables = process["env"];
    if (!variables.is_array())
        variables = Json::array();
    const auto set = [&](const std::string &name, const std::string &value) {
        for (const auto &variable : variables)
            if (variable.is_string() &&
                variable.get_ref<const std::string &>().starts_with(name + "="))
                return;
        variables.push_back(name + "=" + value);
    };
    for (const auto &[name, value] :
        certificateEnvironment(std::string(trustInContainer) + rootsFile))
        set(name, value);
    set("APT_CONFIG", std::string(trustInContainer) + aptFile);
}

std::string text(const Json &json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Outcome<Json> objectIn(std::string_view text)
{
    auto json = Json::parse(text, nullptr, false);
    if (!json.is_object())
        return std::unexpected("no JSON object");
    return json;
}

} // namespace

Outcome<std::string> makeTrust(
    const std::string &store, const std::string &root, std::string_view guestBundle)
{
    const auto own = ownBundle(root);
    const auto name =
        own.empty() ? "guest" : tree::toHex(tree::digestOf(own)).substr(0, nameDigits);
    const std::string directory = store + "/" + name;
    if (exists(directory))
        return directory;
    const auto roots =
        bundleWith(own.empty() ? guestBundle : std::string_view(own), certificatesIn(guestBundle));
    return makeDirectories(store).and_then([&] { return fill(directory, roots); }).transform([&] {
        return directory;
    });
}

Outcome<> refreshTrust(const std::string &store, std::string_view certificates)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(::opendir(store.c_str()), &::closedir);
    if (!directory)
        return {}; // no container has run yet
    Outcome<> outcome;
    while (const dirent *entry = ::readdir(directory.get())) {
        const std::string file = store + "/" + entry->d_name + rootsFile;
        if (entry->d_name[0] == '.' || !exists(file))
            continue;
        if (auto written = replaceFile(file, bundleWith(readFile(file), certificates), 0644);
            !written)
            outcome = written;
    }
    return outcome;
}

Outcome<std::string> specWithTrust(std::string_view spec, const std::string &directory)
{
    auto json = objectIn(spec);
    if (!json)
        return std::unexpected(json.error());
    auto &mounts = (*json)["mounts"];
    if (!mounts.is_array())
        return std::unexpected("no mounts");
    mounts.push_back({{"destination", trustInContainer},
        {"type", "bind"},
        {"source", directory},
        {"options", {"rbind", "ro", "nosuid", "nodev", "noexec"}}});
    auto &process = (*json)["process"];
    if (process.is_object())
        setWhereUnset(process);
    return text(*json);
}

Outcome<std::string> processWithTrust(std::string_view process)
{
    auto json = objectIn(process);
    if (!json)
        return std::unexpected(json.error());
    setWhereUnset(*json);
    return text(*json);
}

bool hasTrust(std::string_view state)
{
    const auto json = Json::parse(state, nullptr, false);
    const auto mounts = Json::json_pointer("/config/mounts");
    if (!json.is_object() || !json.contains(mounts) || !json.at(mounts).is_array())
        return false;
    for (const auto &mount : json.at(mounts))
        if (mount.is_object() && mount.value("destination", Json()) == trustInContainer)
            return true;
    return false;
}

Outcome<std::string> rootOf(std::string_view spec)
{
    const auto json = objectIn(spec);
    if (!json)
        return std::unexpected(json.error());
    const auto path = Json::json_pointer("/root/path");
    if (!json->contains(path) || !json->at(path).is_string())
        return std::unexpected("no root");
    return json->at(path).get<std::string>();
}

} // namespace core::guest
