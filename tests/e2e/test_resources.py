"""What a machine takes of the host: a full disk, room that comes back, disks that grow. Real machines on a small file system."""
import hashlib
import json
import random
import subprocess
import unittest

from paddock_test import BIN, until
from small_disk import MIB, may_mount, with_small_disk

# Writes bytes that anyone can make again, and tells what the disk holds of them afterwards.
WRITE = """
import hashlib, os, random, sys
path, count = sys.argv[1], int(sys.argv[2])
source, seen = random.Random(7), hashlib.sha256()
with open(path, "wb") as file:
    for _ in range(count):
        file.write(source.randbytes(1 << 20))
    file.flush()
    os.fsync(file.fileno())
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
with open(path, "rb") as file:
    while block := file.read(1 << 20):
        seen.update(block)
print(seen.hexdigest())
"""


def digest(count):
    source, seen = random.Random(7), hashlib.sha256()
    for _ in range(count):
        seen.update(source.randbytes(MIB))
    return seen.hexdigest()


class Resources(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with_small_disk(cls)

    def entry(self, name):
        listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]
        return next(entry for entry in listing if entry["name"] == name)

    def ask(self, name, script, seconds=120):
        return self.home.paddock("exec", name, "sh", "-c", script, quiet=True, seconds=seconds).stdout.strip()

    def write(self, name, path, count):
        """Begins to write `count` MiB in the guest."""
        return subprocess.Popen([BIN / "paddock", "exec", name, "sudo", "python3", "-c", WRITE, path, str(count)],
                                env=self.home.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def until_state(self, name, state, seconds=30):
        until(lambda: self.entry(name)["state"] == state, seconds, f"{name} is {state}; it is {self.entry(name)}")

    def test_0_what_is_not_on_the_disk_yet_is_not_taken_for_room_that_could_come_back(self):
        self.ask("one", "head -c 100M /dev/zero | tr '\\0' x >/var/tmp/unwritten")
        self.disk("one", "root")
        self.ask("one", "sync")
        self.assertLess(self.disk("one", "root")["reclaimable"], 30 * MIB)

    def test_1_a_full_disk_makes_the_machine_wait_and_loses_nothing(self):
        self.room.leave(40 * MIB)
        writing = self.write("one", "/var/tmp/big", 120)

        self.until_state("one", "paused", 60)
        self.assertIn("paused: disk full", self.home.paddock("ls").stdout)
        self.assertIn("disk is full", self.entry("one")["reason"])
        refused = self.home.paddock("exec", "one", "true", check=False)
        self.assertEqual(refused.returncode, 125)
        self.assertIn("not enough free disk space", refused.stderr)
        self.assertEqual(self.entry("one")["state"], "paused")

        self.room.leave(3072 * MIB)
        self.until_state("one", "running")
        self.assertEqual(writing.communicate(timeout=120)[0].strip(), digest(120))
        self.assertEqual(self.ask("one", "sudo dmesg | grep -ciE 'i/o error|remount' || true"), "0")

    def test_2_below_the_floor_it_waits_before_the_disk_is_full(self):
        self.home.paddock("config", "set", "disk.floor_gib", "1")
        other = self.home.root / "src" / "other"
        other.mkdir()
        self.home.paddock("create", "shell", other, "--name", "two")
        self.room.leave(700 * MIB)

        self.until_state("two", "paused")
        self.assertIn("disk.floor_gib", self.entry("two")["reason"])
        self.assertEqual(self.entry("one")["state"], "running", "its floor is 0")
        self.assertEqual(self.home.paddock("resume", "two", check=False).returncode, 125)

        self.room.leave(3072 * MIB)
        self.until_state("two", "running")
        self.assertEqual(self.ask("two", "echo here"), "here")
        self.room.leave(700 * MIB)
        self.until_state("two", "paused")
        self.home.paddock("stop", "two")
        self.assertEqual(self.entry("two")["state"], "stopped")
        self.assertEqual(self.home.paddock("start", "two", check=False).returncode, 125)
        self.room.leave(3072 * MIB)
        self.home.paddock("rm", "--force", "two")

    def disk(self, name, disk):
        report = json.loads(self.home.paddock("disk", name, "--json", quiet=True).stdout)
        return next(entry for entry in report["sandboxes"][0]["disks"] if entry["name"] == disk)

    def size(self, name, mount):
        return int(self.ask(name, f"df -B1 --output=size {mount} | tail -n 1"))

    def fill(self, name, count):
        self.ask(name, f"head -c {count}M /dev/zero | tr '\\0' x >/var/tmp/large; sync")

    def test_3_what_is_deleted_comes_back(self):
        before = self.disk("one", "root")["own"]
        self.fill("one", 500)
        full = self.disk("one", "root")
        self.assertGreater(full["own"] - before, 480 * MIB)
        self.assertLess(full["reclaimable"], 100 * MIB, "it is in use")
        self.ask("one", "rm /var/tmp/large; sync")
        until(lambda: self.disk("one", "root")["own"] - before < 60 * MIB, 30, "the host's file has shrunk")
        print(f"root disk: {before >> 10} KiB, with 500 MiB more {full['own'] >> 20} MiB, deleted "
              f"{self.disk('one', 'root')['own'] >> 10} KiB")

    def test_4_compacting_gives_back_what_the_guest_did_not(self):
        self.ask("one", "sudo mount -o remount,nodiscard /")
        before = self.disk("one", "root")["own"]
        self.fill("one", 150)
        self.ask("one", "rm /var/tmp/large; sync")
        self.assertGreater(self.disk("one", "root")["reclaimable"], 100 * MIB)

        self.home.paddock("disk", "compact", "one")

        after = self.disk("one", "root")
        self.assertLess(after["own"] - before, 30 * MIB)
        self.assertLess(after["reclaimable"], 30 * MIB)
        self.assertGreater(after["shared"], 1000 * MIB, "the template and the image lie below")
        shown = self.home.paddock("disk").stdout
        self.assertRegex(shown, r"one +root .*[KM]iB")
        self.assertIn("TEMPLATE", shown)

    def test_5_disks_grow_while_they_are_in_use(self):
        self.home.paddock("disk", "grow", "one", "24GiB")

        for mount in ("/var/lib/docker", "/var/lib/paddock/work"):
            self.assertGreater(self.size("one", mount), 23 << 30)
        refused = self.home.paddock("disk", "grow", "one", "10GiB", check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("never made smaller", refused.stderr)

    def test_6_memory_and_processors_change_at_the_next_start(self):
        said = self.home.paddock("resize", "one", "--cpus", "1", "--memory", "1GiB").stderr
        self.assertIn("from the next start on", said)
        self.assertEqual(self.ask("one", "nproc"), "2")

        self.home.paddock("restart", "one")

        self.assertEqual(self.ask("one", "nproc"), "1")
        self.assertLess(int(self.ask("one", "awk '/MemTotal/ {print $2}' /proc/meminfo")), 1100 << 10)
        self.assertGreater(self.size("one", "/var/lib/docker"), 23 << 30)
        self.home.paddock("rm", "--force", "one")

    def test_7_a_fork_with_larger_disks_grows(self):
        self.home.paddock("config", "set", "disk.floor_gib", "0")
        other = self.home.root / "src" / "third"
        other.mkdir()
        self.home.paddock("create", "shell", other, "--name", "three", "--disk", "22GiB")

        self.assertEqual(json.loads(self.home.paddock("inspect", "--json", "three", quiet=True).stdout)["status"]["start"], "fork")
        until(lambda: self.size("three", "/var/lib/docker") > 21 << 30, 30, "the disk has grown")


if __name__ == "__main__":
    may_mount()
    unittest.main(verbosity=2)
