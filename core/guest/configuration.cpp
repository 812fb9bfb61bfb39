#include "core/guest/configuration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace core::guest {

namespace {

using Json = nlohmann::json;

constexpr std::size_t maxFiles = 256;
constexpr std::size_t maxHostname = 63;

/// A workspace mounted there, or above, would take away what the guest runs on.
constexpr std::array<std::string_view, 19> needed{"/usr",
    "/etc",
    "/var",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/tmp",
    "/root",
    "/boot",
    "/home/agent",
    "/var/lib/paddock",
    "/var/lib/docker"};
/// Nothing can be made there, or it would be gone with the next start.
constexpr std::array<std::string_view, 6> closed{
    "/proc", "/sys", "/dev", "/run", "/var/lib/paddock", "/var/lib/docker"};

bool isInside(std::string_view path, std::string_view directory)
{
    return path.size() > directory.size() && path.starts_with(directory) &&
           (directory == "/" || path[directory.size()] == '/');
}

std::unexpected<std::string> wrong(std::string_view what)
{
    return std::unexpected(std::string(what));
}

bool isHostname(std::string_view name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    return name.size() <= maxHostname && std::ranges::all_of(name, allowed) &&
           !name.starts_with('-');
}

bool isMachineId(std::string_view id)
{
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9'); };
    return id.size() == 32 && std::ranges::all_of(id, allowed);
}

/// Reads members of one object and keeps the first thing that is wrong.
class Reader
{
public:
    explicit Reader(const Json &object)
        : m_object(object)
    {
    }

    void text(const char *key, std::string &into)
    {
        const Json *value = member(key);
        if (!value)
            return;
        if (!value->is_string())
            return fail(key, "must be a text");
        into = value->get<std::string>();
    }
    void flag(const char *key, bool &into)
    {
        const Json *value = member(key);
        if (value && !value->is_boolean())
            return fail(key, "must be true or false");
        into = value && value->get<bool>();
    }
    void integer(const char *key, std::int64_t &into)
    {
        const Json *value = member(key);
        if (value && !value->is_number_integer())
            return fail(key, "must be a whole number");
        into = value ? value->get<std::int64_t>() : 0;
    }
    /// The member, or nothing when it is absent or null.
    const Json *member(const char *key) const
    {
        const auto found = m_object.find(key);
        return found == m_object.end() || found->is_null() ? nullptr : &*found;
    }
    void fail(std::string_view key, std::string_view what)
    {
        if (m_error.empty())
            m_error = std::string(key) + " " + std::string(what);
    }
    void check(bool holds, std::string_view key, std::string_view what)
    {
        if (!holds)
            fail(key, what);
    }
    [[nodiscard]] const std::string &error() const { return m_error; }

private:
    const Json &m_object;
    std::string m_error;
};

bool isEnvironmentName(std::string_view name)
{
    return !name.empty() && !name.contains('=') && !name.contains('\0');
}

void readEnvironment(Reader &reader, Environment &into)
{
    const Json *value = reader.member("environment");
    if (!value)
        return;
    if (!value->is_object())
        return reader.fail("environment", "must be an object");
    for (const auto &[name, text] : value->items()) {
        const bool fits = isEnvironmentName(name) && text.is_string() &&
                          !text.get_ref<const std::string &>().contains('\0');
        if (!fits)
            return reader.fail("environment", "has a bad name or value");
        into[name] = text.get<std::string>();
    }
}

Outcome<GuestFile> parseFile(const Json &value)
{
    if (!value.is_object())
        return wrong("files must hold objects");
    Reader reader(value);
    GuestFile file;
    std::string mode = "0644";
    std::string owner = "agent";
    reader.text("path", file.path);
    reader.text("mode", mode);
    reader.text("owner", owner);
    reader.text("content", file.content);
    const auto [end, error] = std::from_chars(mode.data(), mode.data() + mode.size(), file.mode, 8);
    const bool isMode =
        error == std::errc() && end == mode.data() + mode.size() && file.mode <= 0777;
    reader.check(isMode, "files: mode", "must be octal, at most 0777");
    reader.check(owner == "agent" || owner == "root", "files: owner", "must be agent or root");
    reader.check(isNormalPath(file.path), "files: path", "must be absolute and normal");
    if (!reader.error().empty())
        return wrong(reader.error());
    file.owner = owner == "root" ? GuestFile::Owner::Root : GuestFile::Owner::Agent;
    return file;
}

void readFiles(Reader &reader, std::vector<GuestFile> &into)
{
    const Json *value = reader.member("files");
    if (!value)
        return;
    if (!value->is_array() || value->size() > maxFiles)
        return reader.fail("files", "must be a list of at most 256");
    for (const Json &item : *value) {
        auto file = parseFile(item);
        if (!file)
            return reader.fail("files:", file.error());
        into.push_back(std::move(*file));
    }
}

} // namespace

bool isNormalPath(std::string_view path)
{
    if (!path.starts_with('/') || path.size() > 4096 || (path.size() > 1 && path.ends_with('/')))
        return false;
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    const std::string padded = std::string(path) + "/";
    return std::ranges::none_of(path, isControl) && !padded.contains("//") &&
           !padded.contains("/./") && !padded.contains("/../");
}

std::string workspaceRefusal(std::string_view path)
{
    if (!isNormalPath(path))
        return "a workspace's path must be absolute and normal";
    for (const auto directory : needed)
        if (path == directory || path == "/" || isInside(directory, path))
            return "a workspace at " + std::string(path) + " would hide the guest's own " +
                   std::string(directory);
    for (const auto directory : closed)
        if (isInside(path, directory))
            return "a workspace cannot lie in the guest's own " + std::string(directory);
    return {};
}

Outcome<Configuration> parseConfiguration(std::string_view json)
{
    const Json value = Json::parse(json, nullptr, false);
    if (!value.is_object())
        return wrong("the configuration is no JSON object");
    Reader reader(value);
    Configuration result;
    reader.text("hostname", result.hostname);
    reader.text("machineId", result.machineId);
    reader.integer("realtimeNs", result.realtimeNs);
    reader.text("workspace", result.workspace);
    reader.text("caCertificate", result.caCertificate);
    reader.text("extraRoots", result.extraRoots);
    reader.flag("docker", result.docker);
    reader.text("aptOptions", result.aptOptions);
    readEnvironment(reader, result.environment);
    readFiles(reader, result.files);
    reader.check(
        isHostname(result.hostname), "hostname", "must be letters, digits and hyphens, at most 63");
    reader.check(result.machineId.empty() || isMachineId(result.machineId),
        "machineId",
        "must be 32 hex digits");
    reader.check(result.realtimeNs >= 0, "realtimeNs", "must not be negative");
    const auto refusal =
        result.workspace.empty() ? std::string() : workspaceRefusal(result.workspace);
    reader.check(refusal.empty(), "workspace:", refusal);
    if (!reader.error().empty())
        return wrong(reader.error());
    return result;
}

} // namespace core::guest
