#include "core/warden/disk_users.h"

#include "core/client/sandbox_folder.h"
#include "vmm/image/disk_backing.h"
#include "vmm/template/template_store.h"

#include <QDir>
#include <QSet>

#include <functional>

using namespace Qt::StringLiterals;

namespace core {
namespace {

constexpr int deepest = 5; // data/sandboxes/ID/snapshots/NAME/disk.qcow2

using Visit = std::function<void(const QString &path)>;

/// Every disk below a directory, but not what lies in the user's own folders' versions.
void visitDisks(const QString &directory, int depth, const Visit &visit)
{
    const QDir dir(directory);
    const auto disks = dir.entryList({u"*.qcow2"_s}, QDir::Files | QDir::Hidden | QDir::NoSymLinks);
    for (const auto &disk : disks)
        visit(dir.filePath(disk));
    if (depth == deepest)
        return;
    const auto inner =
        dir.entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const auto &name : inner)
        if (name != "sync"_L1 && name != "log"_L1)
            visitDisks(dir.filePath(name), depth + 1, visit);
}

QString ownerOf(const Paths &paths, const QString &disk)
{
    const auto place = QDir(paths.data).relativeFilePath(disk);
    const auto kind = place.section(u'/', 0, 0);
    const auto name = place.section(u'/', 1, 1);
    if (kind == "templates"_L1)
        return u"template "_s + name;
    if (kind == "sandboxes"_L1)
        if (const auto settings = readSettings(paths, SandboxId{name}))
            return settings->name;
    return kind + u'/' + name;
}

/// Those whose disks build on a file below a directory that ends like this.
void addByDisks(const Paths &paths, const QString &directory, QSet<QString> &users)
{
    visitDisks(paths.data, 0, [&](const QString &disk) {
        if (vmm::backingOf(disk).contains(directory))
            users.insert(ownerOf(paths, disk));
    });
}

QStringList sorted(const QSet<QString> &users)
{
    auto names = users.values();
    names.sort();
    return names;
}

} // namespace

QStringList usersOfTemplate(const Paths &paths, const QString &name)
{
    QSet<QString> users;
    for (const auto &id : sandboxIds(paths))
        if (const auto settings = readSettings(paths, id))
            if (settings->machineTemplate == name)
                users.insert(settings->name);
    addByDisks(paths, u"/templates/%1/"_s.arg(name), users);
    return sorted(users);
}

QStringList usersOfImage(const Paths &paths, const QString &digest)
{
    QSet<QString> users;
    for (const auto &id : sandboxIds(paths))
        if (const auto settings = readSettings(paths, id))
            if (settings->image == digest)
                users.insert(settings->name);
    for (const auto &entry : vmm::TemplateStore(paths.templates()).list().templates)
        if (entry.identity.image == digest)
            users.insert(u"template "_s + entry.name);
    addByDisks(paths, u"/images/%1/"_s.arg(digest), users);
    return sorted(users);
}

} // namespace core
