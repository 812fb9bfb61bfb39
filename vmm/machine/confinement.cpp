#include "vmm/machine/confinement.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace vmm {

SystemLayout SystemLayout::ofThisHost()
{
    SystemLayout layout{.directories = {u"/usr"_s}, .links = {}};
    for (const auto &path : {u"/bin"_s, u"/sbin"_s, u"/lib"_s, u"/lib32"_s, u"/lib64"_s}) {
        const QFileInfo info(path);
        if (info.isSymLink())
            layout.links.append({path, info.readSymLink()});
        else if (info.isDir())
            layout.directories << path;
    }
    // Where programs and libraries live on systems that build their own world.
    for (const auto &path : {u"/nix/store"_s, u"/gnu/store"_s, u"/etc/alternatives"_s})
        if (QFileInfo(path).isDir())
            layout.directories << path;
    return layout;
}

CommandLine confined(const CommandLine &command, const Confinement &confinement)
{
    QStringList arguments{u"--unshare-all"_s,
        u"--die-with-parent"_s,
        u"--new-session"_s,
        u"--clearenv"_s,
        u"--cap-drop"_s,
        u"ALL"_s,
        u"--hostname"_s,
        u"vm"_s};
    for (const auto &directory : confinement.system.directories)
        arguments << u"--ro-bind"_s << directory << directory;
    for (const auto &[link, target] : confinement.system.links)
        arguments << u"--symlink"_s << target << link;
    arguments << u"--proc"_s << u"/proc"_s << u"--dev"_s << u"/dev"_s;
    for (const auto &device : confinement.devices)
        arguments << u"--dev-bind"_s << device << device;
    const auto &directories = confinement.system.directories;
    const bool known = std::ranges::any_of(directories,
        [&](const QString &directory) { return command.program.startsWith(directory + u'/'); });
    if (!known)
        arguments << u"--ro-bind"_s << command.program << command.program;
    for (const auto &file : confinement.files)
        arguments << (file.access == DiskSpec::Access::ReadOnly ? u"--ro-bind"_s : u"--bind"_s)
                  << file.path << file.inside;
    arguments << u"--remount-ro"_s << u"/"_s << u"--chdir"_s << u"/"_s << u"--"_s << command.program
              << command.arguments;
    return {.program = confinement.bubblewrap, .arguments = arguments};
}

} // namespace vmm
