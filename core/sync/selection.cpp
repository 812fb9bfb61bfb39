#include "core/sync/selection.h"

#include "core/tree/change.h"
#include "core/tree/names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace core::sync {

namespace {

using namespace std::string_view_literals;

constexpr std::array heavyNames = {".cache"sv,
    ".gradle"sv,
    ".next"sv,
    ".tox"sv,
    ".venv"sv,
    "__pycache__"sv,
    "build"sv,
    "dist"sv,
    "node_modules"sv,
    "target"sv,
    "venv"sv};
constexpr std::array rubbishNames = {".DS_Store"sv, "Thumbs.db"sv, "desktop.ini"sv};
constexpr std::array secretNames = {".netrc"sv,
    ".git-credentials"sv,
    ".pypirc"sv,
    ".pgpass"sv,
    ".htpasswd"sv,
    "_netrc"sv,
    ".vault-token"sv,
    "service-account.json"sv};
constexpr std::array secretEndings = {
    ".pem"sv, ".key"sv, ".p12"sv, ".pfx"sv, ".jks"sv, ".keystore"sv, ".ppk"sv, ".kdbx"sv};
constexpr std::array secretDirectories = {
    ".aws"sv, ".azure"sv, ".gcloud"sv, ".gnupg"sv, ".kube"sv, ".oci"sv, ".ssh"sv};

bool isEditorTemporary(std::string_view name)
{
    const bool swap = name.size() > 5 && name.starts_with('.') && name[name.size() - 4] == '.' &&
                      name.substr(name.size() - 3, 2) == "sw";
    return swap || name == "4913" || name.ends_with('~') || name.starts_with(".#") ||
           (name.size() > 2 && name.starts_with('#') && name.ends_with('#')) ||
           name.starts_with("~$") || (name.starts_with(".~lock.") && name.ends_with('#'));
}

bool isKeyName(std::string_view name)
{
    constexpr std::array kinds = {
        "id_rsa"sv, "id_dsa"sv, "id_ecdsa"sv, "id_ed25519"sv, "id_xmss"sv};
    return !name.ends_with(".pub") && std::ranges::any_of(kinds, [&](std::string_view kind) {
        return name.starts_with(kind);
    });
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return result;
}

std::string_view trimmed(std::string_view line)
{
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t'))
        line.remove_suffix(1);
    return line;
}

tree::EntryPtr maskEntry(
    const tree::EntryPtr &entry, const std::string &path, const Selection &selection)
{
    if (entry->kind == tree::Kind::Untracked) {
        const bool leftOut = reasonFor(selection, path, true) != Reason::Part ||
                             reasonFor(selection, path, false) != Reason::Part;
        return leftOut ? entry : tree::makeProblem(tree::Cause::Unreadable);
    }
    if (!path.empty()) {
        const auto treatment = treatmentFor(reasonFor(selection, path, tree::isDirectory(entry)));
        if (treatment != tree::Treatment::Follow)
            return treatment == tree::Treatment::LeaveOut ? tree::makeUntracked() : nullptr;
    }
    if (!tree::isDirectory(entry))
        return entry;
    std::vector<tree::Child> children;
    bool changed = false;
    for (const tree::Child &child : entry->children) {
        tree::EntryPtr kept = maskEntry(child.entry, tree::joinPath(path, child.name), selection);
        changed = changed || kept != child.entry;
        if (kept)
            children.push_back({.name = child.name, .entry = std::move(kept)});
    }
    return changed ? tree::makeDirectory(std::move(children), entry->stamp) : entry;
}

} // namespace

Reason reasonFor(const Selection &selection, std::string_view path, bool directory)
{
    const std::string_view name = tree::splitPath(path).name;
    if (name == ".git")
        return Reason::Git;
    if (name.starts_with(tree::ownPrefix))
        return Reason::Own;
    if (std::ranges::contains(rubbishNames, name))
        return Reason::Rubbish;
    if (isEditorTemporary(name))
        return Reason::EditorTemporary;
    if (directory && !selection.heavy.empty()) {
        const bool atRoot = name.size() == path.size();
        if (selection.heavy.contains(name) ||
            (atRoot && selection.heavy.contains("/" + std::string(name))))
            return Reason::Heavy;
    }
    if (!selection.allowSecretFiles &&
        (isSecretName(path, directory) || selection.secretPaths.contains(path)))
        return Reason::Secret;
    return Reason::Part;
}

tree::Treatment treatmentFor(Reason reason)
{
    switch (reason) {
    case Reason::Part:
        return tree::Treatment::Follow;
    case Reason::Rubbish:
        return tree::Treatment::Hide;
    case Reason::Git:
    case Reason::Own:
    case Reason::EditorTemporary:
    case Reason::Heavy:
    case Reason::Secret:
        return tree::Treatment::LeaveOut;
    }
    std::unreachable();
}

tree::Treat treatBy(Selection selection)
{
    return [selection = std::move(selection)](std::string_view path, bool directory) {
        return treatmentFor(reasonFor(selection, path, directory));
    };
}

bool isSecretName(std::string_view path, bool directory)
{
    const tree::SplitPath split = tree::splitPath(path);
    const std::string name = lower(split.name);
    if (directory)
        return std::ranges::contains(secretDirectories, std::string_view(name)) ||
               (name == "gcloud" && tree::splitPath(split.parent).name == ".config");
    if (name.starts_with(".env") || std::ranges::contains(secretNames, std::string_view(name)) ||
        isKeyName(name))
        return true;
    if (name.starts_with("credentials") && name.ends_with(".json"))
        return true;
    if (name == "config.json" && tree::splitPath(split.parent).name == ".docker")
        return true;
    return std::ranges::any_of(
        secretEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

std::set<std::string, std::less<>> heavyDirectories(std::string_view gitignore)
{
    std::set<std::string, std::less<>> heavy;
    while (!gitignore.empty()) {
        const auto end = gitignore.find('\n');
        std::string_view line = trimmed(gitignore.substr(0, end));
        gitignore = end == std::string_view::npos ? std::string_view() : gitignore.substr(end + 1);
        const bool negated = line.starts_with('!');
        if (negated)
            line.remove_prefix(1);
        if (line.ends_with("/*"))
            line.remove_suffix(2);
        if (line.ends_with('/'))
            line.remove_suffix(1);
        if (line.starts_with("**/"))
            line.remove_prefix(3);
        const bool anchored = line.starts_with('/');
        const std::string_view name = anchored ? line.substr(1) : line;
        if (!std::ranges::contains(heavyNames, name))
            continue;
        if (negated)
            heavy.erase(std::string(line));
        else
            heavy.emplace(line);
    }
    return heavy;
}

tree::EntryPtr masked(
    const tree::EntryPtr &tree, const Selection &selection, const std::string &path)
{
    return tree ? maskEntry(tree, path, selection) : tree;
}

} // namespace core::sync
