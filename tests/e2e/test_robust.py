"""Machines that hang, panic, sleep and lose their power: each is told, none blocks another, all go on."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

from paddock_test import Home, until
from processes import machine_of, warden_of

FREEZE = """
mkdir -p /sys/fs/cgroup/ice && echo 1 >/sys/fs/cgroup/ice/cgroup.procs
(sleep 1; echo 1 >/sys/fs/cgroup/ice/cgroup.freeze; sleep %d; echo 0 >/sys/fs/cgroup/ice/cgroup.freeze) >/dev/null 2>&1 </dev/null &
"""

WRITER = """
mkdir -p made
(i=0; while :; do i=$((i+1)); echo $i >made/$i; echo $i >/home/agent/count; sleep 0.2; done) >/dev/null 2>&1 </dev/null &
"""


class Robust(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.home.paddock("config", "set", "suspend.on_shutdown", "true")
        cls.home.paddock("create", "shell", cls.home.workspace, "--name", "one")
        second = cls.home.root / "src" / "second"
        second.mkdir()
        cls.home.paddock("create", "shell", second, "--name", "two")
        cls.home.paddock("config", "set", "suspend.idle_minutes", "1")  # of which "two" takes notice in the end

    @classmethod
    def tearDownClass(cls):
        cls.home.__exit__(*sys.exc_info())

    def entry(self, name):
        listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]
        return next(entry for entry in listing if entry["name"] == name)

    def state(self, name):
        return self.entry(name)["state"]

    def inspect(self, name):
        return json.loads(self.home.paddock("inspect", "--json", name, quiet=True).stdout)

    def ask(self, name, script, user="root", **options):
        return self.home.paddock("exec", "-u", user, name, "sh", "-c", script, quiet=True, **options)

    def test_01_damaged_and_empty_directories_are_shown_and_can_be_removed(self):
        sandboxes = self.home.root / "p" / "data" / "sandboxes"
        for identity, content in (("damaged1", '{"schema":1'), ("empty111", None)):
            (sandboxes / identity).mkdir()
            if content:
                (sandboxes / identity / "sandbox.json").write_text(content)
        for identity in ("damaged1", "empty111"):
            entry = self.entry(identity)
            self.assertEqual(entry["state"], "failed")
            self.assertIn(str(sandboxes / identity / "sandbox.json"), entry["reason"])
            self.assertIn(f"paddock rm --force {identity}", entry["reason"])
            self.assertNotEqual(self.home.paddock("start", identity, check=False).returncode, 0)
        self.assertEqual(self.state("one"), "running")
        for identity in ("damaged1", "empty111"):
            self.home.paddock("rm", "--force", identity)
            self.assertFalse((sandboxes / identity).exists())

    def test_02_one_falls_silent_and_comes_back(self):
        begun = time.monotonic()
        self.ask("one", FREEZE % 35)
        until(lambda: self.state("one") == "notAnswering", 60, "the silence of a frozen guest to show")
        print(f"silence shown after {time.monotonic() - begun:.0f} s")
        self.assertIn("has not answered", self.entry("one")["reason"])
        self.assertIn(self.state("two"), ("running", "suspended"))
        refused = self.ask("one", "true", check=False)
        self.assertEqual(refused.returncode, 69, refused.stderr)
        self.assertIn("paddock restart", refused.stderr)
        until(lambda: self.state("one") == "running", 60, "it to come back by itself")
        self.assertEqual(self.ask("one", "echo back").stdout, "back\n")

    def test_03_a_clock_ten_years_ahead_is_set_right(self):
        self.ask("one", "date -s '+10 years'")
        clock = lambda: abs(float(self.ask("one", "date +%s").stdout) - time.time()) < 5
        until(clock, 30, "the guest's clock to be right again")

    def test_04_commands_that_nobody_reads_or_that_read_nothing_hold_up_no_other(self):
        def run(*argv, **options):
            command = subprocess.Popen([self.paddock_program(), "exec", "one", *argv], env=self.home.environment, **options)
            self.addCleanup(command.wait)
            self.addCleanup(command.kill)

        with open("/dev/zero", "rb") as zeros:
            for _ in range(4):
                run("cat", "/dev/zero", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
                run("sleep", "1000", stdin=zeros, stdout=subprocess.DEVNULL)
        seen = []

        def standing_still():
            seen.append(self.ask("one", "pgrep -c sleep; cat $(pgrep cat | sed 's,.*,/proc/&/io,') | grep wchar", seconds=60).stdout)
            written = [int(line.split()[1]) for line in seen[-1].splitlines()[1:]]
            return len(seen) > 1 and seen[-1] == seen[-2] and seen[-1].startswith("4\n") and len(written) == 4 and min(written) > 200_000

        until(standing_still, 60, "four that nobody reads and four that read nothing, full to the brim")
        self.assertEqual(self.ask("one", "echo here", seconds=20).stdout, "here\n")
        self.assertEqual(self.state("one"), "running")

    def test_05_a_panic_is_told_in_the_kernels_own_words_and_one_start_goes_on(self):
        self.ask("one", "echo precious >/root/precious; sync")
        self.ask("one", "(sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 </dev/null &")
        until(lambda: self.state("one") == "failed", 60, "the panic to show")
        self.assertEqual(self.entry("one")["reason"], "the kernel in the sandbox panicked: sysrq triggered crash")
        shown = self.home.paddock("inspect", "one").stdout
        self.assertIn("Kernel panic", shown)
        self.assertIn("next step", shown)
        self.assertIn("Kernel panic", self.home.paddock("logs", "one", quiet=True).stdout)

        # And should QEMU itself crash while it boots, the next one is started at once.
        identity = self.inspect("one")["settings"]["id"]
        start = subprocess.Popen([self.paddock_program(), "start", "one"], env=self.home.environment, stdin=subprocess.DEVNULL)
        until(lambda: self.entry("one")["stage"] == "guest", 60, "the machine to boot")
        os.kill(machine_of(identity), signal.SIGABRT)
        self.assertEqual(start.wait(300), 0)

        self.assertEqual(self.ask("one", "cat /root/precious").stdout, "precious\n")

    def test_06_the_other_one_was_suspended_meanwhile_for_doing_nothing(self):
        until(lambda: self.state("two") == "suspended", 120, "the idle one to be suspended")
        self.home.paddock("config", "set", "suspend.idle_minutes", "0")
        self.assertEqual(self.ask("two", "echo resumed").stdout, "resumed\n")
        self.assertEqual(self.inspect("two")["status"]["start"], "resume")

    def test_07_a_machine_that_hangs_is_restarted_by_force(self):
        self.ask("two", "echo kept >/root/kept; sync")
        os.kill(machine_of(self.inspect("two")["settings"]["id"]), signal.SIGSTOP)

        self.home.paddock("restart", "two")

        self.assertEqual(self.ask("two", "cat /root/kept").stdout, "kept\n")

    def test_08_a_warden_that_hangs_is_restarted_by_force(self):
        os.kill(warden_of(self.inspect("two")["settings"]["id"]), signal.SIGSTOP)
        until(lambda: self.state("two") == "notAnswering", 20, "the hanging warden to show")
        self.assertIn("warden", self.entry("two")["reason"])
        self.assertEqual(self.state("one"), "running")

        self.home.paddock("restart", "two")

        self.assertEqual(self.ask("two", "cat /root/kept").stdout, "kept\n")

    def test_09_the_end_of_the_session_suspends_where_the_user_wants_that(self):
        self.ask("one", "echo in-memory >/dev/shm/kept")
        os.kill(warden_of(self.inspect("one")["settings"]["id"]), signal.SIGTERM)
        until(lambda: self.state("one") == "suspended", 60, "it to be suspended")
        self.assertEqual(self.ask("one", "cat /dev/shm/kept").stdout, "in-memory\n")
        self.assertEqual(self.inspect("one")["status"]["start"], "resume")

    def test_10_who_is_killed_while_it_resumes_loses_nothing(self):
        identity = self.inspect("one")["settings"]["id"]
        for victim, find in (("the warden", warden_of), ("the machine", machine_of)):
            with self.subTest(victim):
                self.home.paddock("suspend", "one")
                suspended = next((self.home.root / "p").glob(f"**/{identity}/suspended"))
                pid = os.posix_spawn(self.paddock_program(), ["paddock", "start", "one"], self.home.environment)
                until(lambda: machine_of(identity), 30, "the machine's process")
                os.kill(find(identity), signal.SIGKILL)
                os.waitpid(pid, 0)
                until(lambda: not machine_of(identity), 20, "the machine to end")
                there = suspended.exists()
                print(victim, "was killed", "before" if there else "after", "its first instruction")
                if there:
                    until(lambda: self.state("one") == "suspended", 20, "it is suspended as before")
                self.home.paddock("start", "one")
                self.assertEqual(self.inspect("one")["status"]["start"], "resume" if there else "boot")

    def test_11_a_restore_while_it_writes_loses_nothing_here(self):
        folder = self.home.workspace
        self.ask("one", WRITER, user="agent")
        until(lambda: (folder / "made" / "5").exists(), 60, "what it writes")
        self.home.paddock("snapshot", "one", "busy")
        then = int(self.ask("one", "cat /home/agent/count").stdout)
        until(lambda: (folder / "made" / str(then + 5)).exists(), 60, "what it writes afterwards")
        (folder / "host.txt").write_text("host\n")
        before = {path.name for path in (folder / "made").iterdir()}

        for _ in range(2):
            self.home.paddock("restore", "one", "busy", "--discard")
            self.assertEqual(self.inspect("one")["status"]["start"], "resume")
        again = int(self.ask("one", "cat /home/agent/count").stdout)
        until(lambda: int(self.ask("one", "cat /home/agent/count").stdout) > again + 3, 60, "it writes on")
        self.ask("one", "pkill -f '[m]ade/'")
        self.home.paddock("wait", "one", "--for", "synced")

        self.assertLessEqual(before, {path.name for path in (folder / "made").iterdir()})
        self.assertEqual((folder / "host.txt").read_text(), "host\n")
        self.assertEqual(self.inspect("one")["status"]["sync"]["question"], None)
        guest = self.ask("one", f"cd {folder} && cat host.txt && ls made", user="agent").stdout.split()
        self.assertEqual(set(guest), {"host"} | {path.name for path in (folder / "made").iterdir()})
        self.home.paddock("snapshots", "one", "--remove", "busy")

    def test_12_a_fork_whose_machine_is_killed_is_told_and_the_template_stays(self):
        for number, seconds in enumerate((0, 0.05, 0.1)):
            name = f"killed{number}"
            create = self.begin(name)
            identity = until(lambda: self.identity(name), 30, "the sandbox")
            until(lambda: machine_of(identity), 30, "its machine")
            time.sleep(seconds)
            os.kill(machine_of(identity), signal.SIGKILL)
            _, errors = create.communicate(timeout=300)

            self.assertIn("QEMU was ended from outside", errors)
            self.assertEqual(self.state(name), "failed")
            self.assertEqual(self.ask(name, "echo here").stdout, "here\n")
            self.home.paddock("rm", "--force", name)
        self.begin("whole").communicate(timeout=300)
        self.assertEqual(self.inspect("whole")["status"]["start"], "fork")
        self.home.paddock("rm", "--force", "whole")

    def begin(self, name):
        folder = self.home.root / "src" / name
        folder.mkdir()
        return subprocess.Popen([self.paddock_program(), "create", "shell", folder, "--name", name], env=self.home.environment,
                                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def identity(self, name):
        listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]
        return next((entry["id"] for entry in listing if entry["name"] == name), None)

    @staticmethod
    def paddock_program():
        return os.path.join(os.environ["PADDOCK_BIN"], "paddock")


if __name__ == "__main__":
    unittest.main(verbosity=2)
