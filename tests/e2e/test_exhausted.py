"""A computer without room: a disk that fills up in the middle of a save, and no memory for a machine. Each is told, nothing is
lost, half of nothing stays, and what was there goes on."""
import json
import resource
import subprocess
import unittest

from paddock_test import BIN, until
from processes import machine_of
from small_disk import MIB, may_mount, with_small_disk

FULL = 900  # MiB of the guest's memory, so that a save needs more room than is asked for before it begins
ENOUGH = 3072 * MIB
TOO_LITTLE = 1060 * MIB  # as much as is asked for, half of the memory, and some more
WITHOUT_MEMORY = 1536 * MIB  # of address space: for Paddock's own programs, not for a machine of 2 GiB


class Exhausted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with_small_disk(cls)
        cls.ask(f"head -c {FULL}M /dev/zero | tr '\\0' x | sudo tee /dev/shm/full >/dev/null; echo kept >/home/agent/kept; sync")

    @classmethod
    def ask(cls, script, name="one"):
        return cls.home.paddock("exec", name, "sh", "-c", script, quiet=True).stdout.strip()

    def entry(self, name="one"):
        listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]
        return next(entry for entry in listing if entry["name"] == name)

    def start(self, name="one"):
        """How it began."""
        return json.loads(self.home.paddock("inspect", "--json", name, quiet=True).stdout)["status"]["start"]

    def directory(self, name="one"):
        return self.room.directory / self.entry(name)["id"]

    def refused(self, word, *arguments, **options):
        done = self.home.paddock(*arguments, check=False, **options)
        self.assertEqual(done.returncode, 125, done.stderr)
        self.assertIn(word, done.stderr)
        return done

    def goes_on(self):
        """All that it had in memory and on its disks is there, and its files are in step."""
        until(lambda: self.entry()["state"] == "running", 30, "it goes on")
        self.assertEqual(self.ask("cat /home/agent/kept; wc -c </dev/shm/full; sudo dmesg | grep -ciE 'i/o error|remount' || true"),
                         f"kept\n{FULL * MIB}\n0")
        (self.home.workspace / "step").write_text(self.id())
        until(lambda: self.ask("cat step 2>/dev/null || true") == self.id(), 30, "it is in step")

    def test_1_a_disk_that_fills_up_while_it_is_suspended(self):
        self.room.leave(TOO_LITTLE)
        self.refused("not enough free disk space", "suspend", "one")

        self.goes_on()
        self.assertEqual(list(self.directory().glob("suspended*")), [])
        self.home.paddock("disk", "compact", "one")
        self.room.leave(ENOUGH)
        self.home.paddock("suspend", "one")
        self.home.paddock("start", "one")
        self.assertEqual(self.start(), "resume")
        self.goes_on()

    def test_2_a_disk_that_fills_up_while_a_snapshot_is_taken(self):
        layers = list((self.directory() / "layers").glob("[0-9]*"))
        self.room.leave(TOO_LITTLE)
        self.refused("not enough free disk space", "snapshot", "one", "half")

        self.goes_on()
        self.assertEqual(json.loads(self.home.paddock("snapshots", "one", "--json").stdout)["snapshots"], [])
        self.assertEqual(list((self.directory() / "snapshots").glob("*")), [])
        self.assertEqual(list((self.directory() / "layers").glob("[0-9]*")), layers)
        self.room.leave(ENOUGH)
        self.home.paddock("snapshot", "one", "whole")
        self.home.paddock("restore", "one", "whole", "--discard")
        self.goes_on()
        self.home.paddock("snapshots", "one", "--remove", "whole")

    def test_3_a_disk_that_fills_up_while_it_is_forked(self):
        forking = self.directory() / "forking"
        for when, sign in (("its memory was saved", forking / "moment" / "terminals.json"), ("it is laid out", forking / "ram")):
            with self.subTest(when):
                self.room.leave(5120 * MIB)
                fork = subprocess.Popen([BIN / "paddock", "fork", "one", "--count", "2"], env=self.home.environment,
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                until(lambda: sign.exists() or fork.poll() is not None, 120, when)
                self.room.leave(64 * MIB)
                _, errors = fork.communicate(timeout=300)

                self.assertEqual(fork.returncode, 125, errors)
                self.assertIn("not enough free disk space", errors)
                self.assertFalse(forking.exists())
                listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]
                self.assertEqual([entry["name"] for entry in listing], ["one"])
                self.room.leave(ENOUGH)
                self.goes_on()

    def without_memory(self, word, *arguments):
        limit = (WITHOUT_MEMORY, WITHOUT_MEMORY)
        return self.refused(word, *arguments, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit))

    def test_4_a_computer_without_memory_to_resume_it(self):
        self.home.paddock("suspend", "one")
        self.without_memory("not enough free memory", "start", "one")
        until(lambda: self.entry()["state"] == "suspended", 20, "it is suspended as before")

        self.home.paddock("start", "one")
        self.assertEqual(self.start(), "resume")
        self.goes_on()

    def test_5_a_computer_without_memory_for_a_new_one(self):
        self.home.paddock("suspend", "one")
        folder = self.home.root / "src" / "second"
        folder.mkdir()
        self.without_memory("not enough free memory", "create", "shell", folder, "--name", "two")
        until(lambda: self.entry("two")["state"] == "failed", 20, "it has failed")

        self.home.paddock("start", "two")
        self.assertEqual(self.start("two"), "fork", "the template has not suffered")
        self.home.paddock("rm", "--force", "two")

    def starve(self):
        """From now on its QEMU gets no more memory."""
        limit = 512 * MIB
        resource.prlimit(machine_of(self.entry()["id"]), resource.RLIMIT_AS, (limit, limit))

    def ended_for_lack_of_memory(self):
        """It is told, nothing half stays, and one start goes on from its disks."""
        until(lambda: self.entry()["state"] == "failed", 20, f"the loss to show, not {self.entry()}")
        self.assertIn("QEMU", self.entry()["reason"])
        self.home.paddock("start", "one")
        self.assertEqual(self.start(), "boot")
        self.assertEqual(self.ask("cat /home/agent/kept"), "kept")
        self.assertEqual(list(self.directory().glob("suspended*")), [])
        self.assertEqual(list((self.directory() / "snapshots").glob("*")), [])
        self.assertEqual(json.loads(self.home.paddock("snapshots", "one", "--json", quiet=True).stdout)["snapshots"], [])

    def test_6_no_memory_while_a_snapshot_is_taken(self):
        self.home.paddock("start", "one")
        self.starve()
        self.assertNotEqual(self.home.paddock("snapshot", "one", "half", check=False).returncode, 0)
        self.ended_for_lack_of_memory()

    def test_7_no_memory_while_it_is_suspended(self):
        self.home.paddock("start", "one")
        self.starve()
        self.assertNotEqual(self.home.paddock("suspend", "one", check=False).returncode, 0)
        self.ended_for_lack_of_memory()


if __name__ == "__main__":
    may_mount()
    unittest.main(verbosity=2)
