"""Another version of Paddock is installed while a sandbox runs: the old warden goes on serving it, which is shown, and a restart
brings the new one."""
import json
import os
import shutil
import signal
import unittest

from paddock_test import BIN, Home, until
from processes import processes, warden_of

OLD = "0.0.0"  # as long as any of ours, and older


class Upgrade(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)
        cls.version = json.loads(cls.home.paddock("version", "--json").stdout)["version"]
        cls.installed = cls.home.root / "installed"
        cls.installed.mkdir()
        for program in BIN.iterdir():
            if program.is_file():
                (cls.installed / program.name).symlink_to(program)
        cls.install(OLD)
        cls.home.environment["PADDOCK_LIBEXEC"] = str(cls.installed)
        cls.home.create("shell", "one")
        cls.home.paddock("exec", "one", "sh", "-c", "echo before >/dev/shm/kept")

    @classmethod
    def install(cls, version):
        """Puts a warden there as a package does: a new file takes the old one's name."""
        content = (BIN / "paddock-warden").read_bytes()
        new = cls.installed / "new"
        new.write_bytes(content.replace(cls.version.encode("utf-16-le"), version.encode("utf-16-le")))
        shutil.copymode(BIN / "paddock-warden", new)
        new.rename(cls.installed / "paddock-warden")

    def told(self):
        return self.home.call("hello")["version"]

    def test_1_the_old_one_goes_on_and_is_shown(self):
        self.assertEqual(self.told(), OLD)
        before = warden_of(self.home.sandbox_directory().name)
        self.install(self.version)

        self.assertIn("running (older Paddock)", self.home.paddock("ls").stdout)
        self.assertIn(f"{OLD}; a restart brings it to {self.version}", self.home.paddock("inspect", "one").stdout)
        self.assertIn("one still run with another version", self.home.paddock("diagnose", check=False).stdout)
        self.assertEqual(self.home.paddock("exec", "one", "cat", "/dev/shm/kept").stdout, "before\n")
        (self.home.workspace / "step").write_text("in step\n")
        read = ("exec", "one", "sh", "-c", "cat step 2>/dev/null || true")
        until(lambda: self.home.paddock(*read, quiet=True).stdout == "in step\n", 20, "the files to be in step")
        self.assertEqual(warden_of(self.home.sandbox_directory().name), before)

    def test_2_what_it_starts_from_now_on_are_the_new_programs(self):
        old = processes("paddock-gateway", self.home)
        os.kill(old[0], signal.SIGKILL)
        until(lambda: set(processes("paddock-gateway", self.home)) - set(old), 20, "a new gateway")
        ask = ("exec", "one", "--", "curl", "-s", "-i", "-m", "10", "http://bad.example.net/")
        until(lambda: "403" in self.home.paddock(*ask, check=False, quiet=True).stdout, 40, "a refusal with a reason again")

    def test_3_a_suspended_machine_goes_on_under_the_new_one(self):
        self.home.paddock("suspend", "one")
        self.home.paddock("resume", "one")

        self.assertEqual(self.told(), self.version)
        self.assertEqual(self.home.call("status")["start"], "resume")
        self.assertEqual(self.home.paddock("exec", "one", "cat", "/dev/shm/kept").stdout, "before\n")
        self.assertNotIn("older Paddock", self.home.paddock("ls").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
