"""The life of templates: made in the background while sandboxes boot, killed on the way, out of the budget, gone while in use."""
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import unittest

from paddock_test import BIN, Home, until


def machine(name):
    """The process of a machine, by the name that it shows; none when it does not run."""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"qemu-system" in words[0] and f"guest={name},".encode() in words[2]:
                return entry
    return None


class Templates(unittest.TestCase):
    def setUp(self):
        self.home = Home()

    def tearDown(self):
        self.home.__exit__(None, None, None)

    def create(self, name):
        folder = self.home.root / "src" / name
        folder.mkdir()
        self.home.paddock("create", "shell", folder, "--name", name)
        return json.loads(self.home.paddock("inspect", "--json", name, quiet=True).stdout)["status"]["start"]

    def confined(self, name):
        """The machine runs without network, capabilities and any other file than its own."""
        process = machine(name)
        self.assertIsNotNone(process, name)
        facts = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
        self.assertEqual((facts["CapEff"], facts["CapBnd"], facts["NoNewPrivs"], facts["Seccomp"]), ("0" * 16, "0" * 16, "1", "2"))
        for space in ("net", "mnt", "pid", "ipc", "user"):
            self.assertNotEqual(os.readlink(process / "ns" / space), os.readlink(f"/proc/self/ns/{space}"), space)
        self.assertEqual({path.name for path in (process / "root").iterdir()} - {"bin", "sbin", "lib", "lib32", "lib64"},
                         {"dev", "etc", "proc", "usr", "vm"})
        self.assertFalse((process / "root" / "etc" / "passwd").exists())
        return sorted(path.name for path in (process / "root" / "vm").iterdir())

    def listing(self):
        return json.loads(self.home.paddock("template", "ls", "--json", quiet=True).stdout)

    def identity(self, name):
        return json.loads(self.home.paddock("inspect", "--json", name, quiet=True).stdout)["settings"]["id"]

    def build(self):
        builds = self.listing()["builds"]
        return builds[0] if builds else {"state": "none", "percent": 0}

    def test_1_a_build_is_seen_by_all_made_once_and_leaves_nothing_when_killed(self):
        shutil.rmtree(self.home.templates)
        builder = subprocess.Popen([BIN / "paddock", "template", "warm"], env=self.home.environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            until(lambda: self.build()["percent"] >= 10, 120, "the build begins")
            self.assertEqual(self.build()["state"], "building")
            self.assertIn("building: ", self.home.paddock("template", "ls").stdout)
            self.assertIn("memory", self.confined(f"paddock-template-{self.build()['key']}"))
            again = self.home.paddock("template", "warm", check=False)
            self.assertEqual(again.returncode, 4)
            self.assertIn("is being made already", again.stderr)
            self.assertEqual(self.create("meanwhile"), "boot")
            self.assertEqual(self.build()["state"], "building", "the sandbox did not wait for it")
            self.assertNotIn("memory", self.confined(f"paddock-{self.identity('meanwhile')}"))
        finally:
            builder.send_signal(signal.SIGKILL)
            builder.wait()

        self.assertEqual(self.build()["state"], "stopped")
        self.assertEqual(self.listing()["templates"], [])
        until(lambda: not machine(f"paddock-template-{self.build()['key']}"), 10, "its machine ends with it")
        self.home.paddock("template", "rm")
        self.assertEqual(self.listing()["builds"], [])
        self.assertEqual([path.name for path in self.home.templates.glob(".building-*")], [])

    def test_2_what_goes_while_it_is_in_use_is_missed_by_nobody(self):
        self.assertEqual(self.create("one"), "fork")
        name = self.listing()["templates"][0]["name"]
        image = self.listing()["templates"][0]["image"]
        kept = self.home.paddock("template", "rm")
        self.assertIn("one builds on it, so its disks stay", kept.stderr)
        self.assertEqual(self.listing()["templates"][0]["canFork"], False)
        self.assertFalse((self.home.templates / name / "ram").exists())

        reads = self.home.paddock("exec", "one", "--", "sh", "-c", "sha256sum /usr/bin/git /usr/bin/docker && docker info >/dev/null && echo well")
        self.assertIn("well", reads.stdout)
        self.assertEqual(self.create("two"), "boot")
        self.assertIn("memory", self.confined(f"paddock-{self.identity('one')}"))
        self.home.paddock("suspend", "one")
        self.home.paddock("resume", "one")
        self.assertNotIn("memory", self.confined(f"paddock-{self.identity('one')}"))

        refused = self.home.paddock("image", "rm", image, check=False)
        self.assertEqual(refused.returncode, 4)
        self.assertIn(f"one, template {name}, two build on this image", refused.stderr)
        self.home.paddock("restart", "one")
        self.assertEqual(self.home.paddock("exec", "one", "--", "echo", "here").stdout, "here\n")

    def test_3_one_that_goes_in_the_middle_of_a_start_is_a_cold_boot(self):
        for name, part in (("disks", "*"), ("memory", "*/ram")):
            with self.subTest(name):
                if name == "memory":
                    self.home.__exit__(None, None, None)
                    self.home = Home()
                self.assertTrue(self.listing()["templates"][0]["canFork"])
                # It is found, and gone when the new disks are to be laid over it.
                program = self.home.root / "qemu-img"
                program.write_text(f"#!/bin/sh\nrm -rf {self.home.templates}/{part}\nexec {shutil.which('qemu-img')} \"$@\"\n")
                program.chmod(0o700)
                self.home.environment["PADDOCK_QEMU_IMG"] = str(program)
                self.assertEqual(self.create("three"), "boot")
                self.assertEqual(self.home.paddock("exec", "three", "--", "echo", "here").stdout, "here\n")

    def test_4_another_qemu_forks_and_resumes_nothing(self):
        self.assertEqual(self.create("one"), "fork")
        self.home.paddock("exec", "one", "--", "sh", "-c", "echo kept >/home/agent/kept; sync")
        self.home.paddock("suspend", "one")
        program = self.home.root / "qemu-system"
        program.write_text(f"#!/bin/sh\n[ \"$1\" = --version ] && exec echo 'QEMU emulator version 99.0.0'\n"
                           f"exec {shutil.which('qemu-system-' + platform.machine())} \"$@\"\n")
        program.chmod(0o700)
        before = self.listing()["templates"]
        self.home.environment["PADDOCK_QEMU"] = str(program)

        self.assertEqual(self.create("two"), "boot")
        self.home.paddock("start", "one")
        status = json.loads(self.home.paddock("inspect", "--json", "one", quiet=True).stdout)["status"]
        self.assertEqual(status["start"], "boot")
        self.assertTrue(any("another QEMU" in notice for notice in status["notices"]), status["notices"])
        self.assertEqual(self.home.paddock("exec", "one", "--", "cat", "/home/agent/kept").stdout, "kept\n")
        self.assertEqual([template["name"] for template in self.listing()["templates"]], [template["name"] for template in before])


if __name__ == "__main__":
    unittest.main(verbosity=2)
