"""Snapshots of a running sandbox: it goes on, and can be brought back to what it was; the folder here is never turned back."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from paddock_test import BIN, Home, until
from test_forks import COUNTER, Terminal, counts


class Snapshots(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        for name in ("kept.txt", "edited.txt", "gone.txt", "both.txt"):
            (cls.home.workspace / name).write_text("base\n")
        git = ["git", "-C", cls.home.workspace, "-c", "user.name=Me", "-c", "user.email=me@example.org"]
        for words in (["init", "-q", "-b", "trunk"], ["add", "-A"], ["commit", "-qm", "base"]):
            subprocess.run([*git, *words], check=True)
        cls.commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
        cls.home.paddock("create", "shell", cls.home.workspace, "--name", "one")
        cls.home.paddock("start", "one")

    @classmethod
    def tearDownClass(cls):
        cls.home.__exit__(*sys.exc_info())

    def status(self):
        return json.loads(self.home.paddock("inspect", "--json", "one", quiet=True).stdout)["status"]

    def ask(self, script):
        return self.home.paddock("exec", "one", "sh", "-c", script, quiet=True).stdout.strip()

    def list(self):
        done = self.home.paddock("snapshots", "one", "--json", quiet=True)
        return {entry["name"]: entry for entry in json.loads(done.stdout)["snapshots"]}

    def layers(self):
        return {int(path.name) for path in (self.home.sandbox_directory() / "layers").glob("[0-9]*")}

    def guest_files(self):
        return dict(line.split(" ", 1) for line in self.ask(
            "for f in $(find . -type f -not -path './.git/*' | sort); do echo \"$f $(cat $f)\"; done").splitlines())

    def host_files(self):
        return {f"./{path.relative_to(self.home.workspace)}": path.read_text().strip()
                for path in self.home.workspace.rglob("*") if path.is_file() and ".git" not in path.parts}

    def until_equal(self, seconds=10):
        until(lambda: self.guest_files() == self.host_files(), seconds, "both sides are equal")

    def test_1_a_count_goes_on_and_is_found_again(self):
        terminal = Terminal(self.home, "shell", "one")
        terminal.until("$ ")
        terminal.type(COUNTER)
        terminal.until("count-20-")

        taken = json.loads(self.home.paddock("snapshot", "one", "first", "--json").stdout)["snapshot"]
        self.assertEqual((taken["name"], taken["automatic"], taken["fits"]), ("first", "", True))
        self.assertEqual((taken["branch"], taken["commit"]), ("refs/heads/trunk", self.commit))
        kept = json.loads((self.home.sandbox_directory() / "snapshots/first/snapshot.json").read_text())
        self.assertEqual(kept["repository"]["refs"], {"refs/heads/trunk": self.commit})
        self.assertRegex(kept["epoch"], r"^[0-9a-f]{32}:[1-9][0-9]*$")
        print(f"stood still for {taken['pauseMs']} ms, {taken['bytes'] >> 20} MiB")
        self.assertGreater(taken["pauseMs"], 0)
        then = len(counts(terminal.text))
        terminal.until(f"count-{then + 60}-")
        numbers = counts(terminal.text)
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)), "nothing printed twice or lost")
        terminal.close()

        self.home.paddock("restore", "one", "first")
        self.assertEqual(self.status()["start"], "resume")
        again = Terminal(self.home, "attach", "one", "1")
        again.until(f"count-{then + 80}-")
        restored = counts(again.text)
        self.assertEqual(restored, list(range(1, len(restored) + 1)), "it goes on from the snapshot's moment")
        again.type("\x03")
        again.until("^C")
        again.close()
        self.assertIn("before-restore", self.list())

    def test_2_the_folder_is_kept_and_the_guest_brought_up_to_it(self):
        work = self.home.workspace
        self.until_equal()
        self.ask("echo then | sudo tee /root/mark >/dev/null; echo guest-then >guest.txt; sync")
        until(lambda: (work / "guest.txt").exists(), 20, "the guest's file is here")
        self.home.paddock("snapshot", "one", "second")

        self.ask("echo now | sudo tee /root/mark >/dev/null; echo guest-now >guest.txt; echo guest >new-in-guest.txt; rm kept.txt")
        (work / "edited.txt").write_text("host\n")
        (work / "gone.txt").unlink()
        (work / "fresh.txt").write_text("host\n")
        self.until_equal(20)
        before = self.host_files()
        self.assertNotIn("./kept.txt", before)

        started = time.monotonic()
        self.home.paddock("restore", "one", "second")
        self.assertEqual(self.ask("sudo cat /root/mark"), "then")
        self.until_equal()
        print(f"restored and equal within {time.monotonic() - started:.1f} s")
        self.assertEqual(self.host_files(), before, "nothing of the host is lost or turned back")
        self.assertEqual(self.status()["sync"]["conflicts"], 0)
        self.assertIsNone(self.status()["sync"]["question"])
        (work / "after.txt").write_text("host\n")
        self.until_equal()

    def test_3_a_restore_can_be_repeated_and_undone(self):
        self.ask("echo between | sudo tee /root/mark >/dev/null; sync")
        self.home.paddock("restore", "one", "second")
        self.assertEqual(self.ask("sudo cat /root/mark"), "then")
        self.home.paddock("restore", "one", "before-restore")
        self.assertEqual(self.ask("sudo cat /root/mark"), "between")
        random = {self.ask("head -c 16 /dev/urandom | sha256sum")}
        self.home.paddock("restore", "one", "second", "--discard")
        random.add(self.ask("head -c 16 /dev/urandom | sha256sum"))
        self.home.paddock("restore", "one", "second", "--discard")
        random.add(self.ask("head -c 16 /dev/urandom | sha256sum"))
        self.assertEqual(len(random), 3, "random numbers of its own each time")
        self.assertLess(abs(float(self.ask("date +%s")) - time.time()), 3)
        self.until_equal()

    def test_4_off_suspended_and_booted(self):
        self.ask("echo off | sudo tee /root/mark >/dev/null; sync")
        self.home.paddock("stop", "one")
        self.home.paddock("start", "one")
        self.assertEqual(self.status()["start"], "boot")
        self.assertEqual(self.ask("sudo cat /root/mark"), "off")
        self.home.paddock("suspend", "one")
        self.home.paddock("restore", "one", "second")
        self.assertEqual(self.ask("sudo cat /root/mark"), "then")
        self.home.paddock("restore", "one", "before-restore")
        self.assertEqual(self.status()["start"], "resume", "what was suspended is there again")
        self.assertEqual(self.ask("sudo cat /root/mark"), "off")
        self.until_equal()

    def test_5_bad_wishes_are_refused(self):
        def refused(code, *arguments):
            done = self.home.paddock(*arguments, check=False)
            self.assertEqual(done.returncode, code, done.stderr)
            return done.stderr
        refused(2, "snapshot", "one", "../up")
        refused(4, "snapshot", "one", "second")
        refused(2, "restore", "one", "nothing")
        refused(2, "snapshots", "one", "--remove", "nothing")
        slow = subprocess.Popen([BIN / "paddock", "snapshot", "one", "slow"], env=self.home.environment)
        until(lambda: self.status()["snapshot"], 20, "it is being taken")
        self.assertIn("being taken", refused(4, "snapshot", "one", "quick"))
        self.assertEqual(slow.wait(), 0)
        self.assertIn("slow", self.list())

    def test_6_a_warden_killed_half_way_loses_nothing(self):
        for round, seconds in enumerate((0.2, 0.6, 1.0, 1.5, 2.5)):
            self.ask(f"echo round-{round} | sudo tee /root/mark >/dev/null; sync")
            known = set(self.list())
            pid = self.status()["pid"]
            one = subprocess.Popen([BIN / "paddock", "snapshot", "one", f"killed-{round}"], env=self.home.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
            one.wait()
            until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), 10, "the warden is gone")
            self.home.paddock("start", "one")
            self.assertEqual(self.ask("sudo cat /root/mark"), f"round-{round}")
            self.assertFalse(any(entry["damaged"] for entry in self.list().values()))
            self.assertLessEqual(set(self.list()) - known, {f"killed-{round}"})
            hidden = list((self.home.sandbox_directory() / "snapshots").glob(".*"))
            self.assertEqual(hidden, [])
        self.until_equal()

    def test_7_what_is_removed_goes_and_long_chains_are_folded(self):
        for _ in range(8):
            self.home.paddock("snapshot", "one", quiet=True)
        many = self.layers()
        for name in self.list():
            self.home.paddock("snapshots", "one", "--remove", name)
        self.assertEqual(self.list(), {})
        self.ask("echo folded | sudo tee /root/mark >/dev/null; sync")
        self.home.paddock("restart", "one")
        self.assertEqual(self.ask("sudo cat /root/mark"), "folded")
        chain = json.loads((self.home.sandbox_directory() / "layers" / "chain.json").read_text())["chain"]
        print("layers", sorted(many), "then", chain)
        self.assertLessEqual(len(chain), 8)
        self.assertLessEqual(self.layers(), set(chain))
        self.until_equal()

    def test_8_a_sandbox_with_layers_is_forked(self):
        self.home.paddock("snapshot", "one", "layered")
        self.ask("echo forked | sudo tee /root/mark >/dev/null; sync")
        self.home.paddock("fork", "one", "--name", "copy")
        answer = self.home.paddock("exec", "copy", "sudo", "cat", "/root/mark", quiet=True).stdout.strip()
        self.assertEqual(answer, "forked")
        self.home.paddock("rm", "--force", "copy")
        self.assertEqual(self.ask("sudo cat /root/mark"), "forked")

    def test_9_one_that_is_never_stopped_is_folded(self):
        started = time.monotonic()
        directory = self.home.sandbox_directory()
        chain = lambda: json.loads((directory / "layers" / "chain.json").read_text())["chain"]
        intact = lambda: self.ask("sync; echo 3 | sudo tee /proc/sys/vm/drop_caches >/dev/null; sudo sha256sum --status -c /root/sums && echo intact")
        mark = lambda text: self.ask(f"echo {text} | sudo tee /root/mark >/dev/null; sudo sh -c '"
                                     f"cd /root; head -c 300000 /dev/urandom >data-{text}; sha256sum /root/data-* >sums'; sync")
        for name in self.list():
            self.home.paddock("snapshots", "one", "--remove", name)
        pid = self.status()["pid"]
        mark("old")
        self.home.paddock("snapshot", "one", "old", quiet=True)
        lengths = []
        for number in range(11):
            mark(number)
            self.home.paddock("snapshot", "one", f"h{number}", quiet=True)
            if number >= 2:
                self.home.paddock("snapshots", "one", "--remove", f"h{number - 2}", quiet=True)
            lengths.append(len(chain()))
            until(lambda: len(chain()) <= 8, 20, "the disks have few layers again")
        until(lambda: self.layers() <= set(chain()), 10, "and nothing else is left of them")
        self.assertEqual(self.status()["pid"], pid)
        self.assertEqual(intact(), "intact")
        log = (directory / "log" / "warden.log").read_text()
        self.assertNotIn("the disks keep their layers", log)
        print("layers", lengths, "then", len(chain()), f"after {time.monotonic() - started:.0f} s")
        self.assertLess(max(lengths), 11)

        self.home.paddock("restore", "one", "old", "--discard")
        self.assertEqual((self.ask("sudo cat /root/mark"), intact()), ("old", "intact"))
        self.home.paddock("restore", "one", "h10", "--discard")
        self.assertEqual((self.ask("sudo cat /root/mark"), intact()), ("10", "intact"))
        mark("then")
        self.home.paddock("restart", "one")
        self.assertEqual((self.status()["start"], self.ask("sudo cat /root/mark"), intact()), ("boot", "then", "intact"))
        self.home.paddock("restore", "one", "h9", "--discard")
        self.assertEqual((self.ask("sudo cat /root/mark"), intact()), ("9", "intact"))
        self.until_equal()
        print(f"all of it took {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    unittest.main(verbosity=2)
