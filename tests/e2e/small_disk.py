"""A file system of its own for a test, whose size can be changed while it is in use."""
import os
import subprocess
import sys

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


def may_mount():
    """Runs the test again where it may: a mount of one's own needs a name space of one's own."""
    if os.geteuid() != 0:
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--mount", sys.executable, *sys.argv])
