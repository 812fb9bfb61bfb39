"""A file system of its own for a test, whose size can be changed while it is in use."""
import os
import shutil
import subprocess
import sys

from paddock_test import Home

MIB = 1 << 20


class SmallDisk:
    """It lies below a directory and begins with 4 GiB."""

    def __init__(self, directory):
        self.directory = directory
        directory.mkdir(parents=True, mode=0o700, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={4096 * MIB},mode=700", "paddock-test", directory], check=True)

    def leave(self, free):
        """Makes the file system so large that `free` bytes are left."""
        facts = os.statvfs(self.directory)
        used = (facts.f_blocks - facts.f_bfree) * facts.f_frsize
        subprocess.run(["mount", "-o", f"remount,size={used + free}", self.directory], check=True)

    def remove(self):
        subprocess.run(["umount", "--lazy", self.directory], check=False)


def with_small_disk(case):
    """For setUpClass: `home`, whose sandboxes lie in `room`, and one of them, "one"."""
    case.home = Home()
    case.addClassCleanup(shutil.rmtree, case.home.root, ignore_errors=True)  # last: a mount point stays else
    case.room = SmallDisk(case.home.root / "p" / "data" / "sandboxes")
    case.addClassCleanup(case.room.remove)
    case.addClassCleanup(lambda: case.home.__exit__(*sys.exc_info()))
    case.home.paddock("config", "set", "disk.floor_gib", "0")
    case.home.paddock("create", "shell", case.home.workspace, "--name", "one")


def may_mount():
    """Runs the test again where it may: a mount of one's own needs a name space of one's own."""
    if os.geteuid() != 0:
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--mount", sys.executable, *sys.argv])
