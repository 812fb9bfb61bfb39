"""Forks of a running sandbox: they go on from one moment, each for itself, and what they do is looked at and accepted."""
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from paddock_test import BIN, Home, until
from test_forks import COUNTER, Terminal, counts

IDENTITY = """cat /etc/machine-id /proc/sys/kernel/hostname /sys/class/net/eth0/address
head -c 32 /dev/urandom | sha256sum
cat /proc/sys/kernel/random/uuid"""


def proportional(pid):
    """Proportional memory of a process and all below it, in MiB."""
    total = 0
    open_ = [pid]
    while open_:
        process = open_.pop()
        try:
            children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
            rollup = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        open_ += map(int, children)
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total >> 10


class ForkRunning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        for name in ("kept.txt", "edited.txt", "gone.txt", "both.txt"):
            (cls.home.workspace / name).write_text("base\n")
        cls.home.paddock("create", "shell", cls.home.workspace, "--name", "one")
        cls.terminal = Terminal(cls.home, "shell", "one")
        cls.terminal.until("$ ")
        cls.terminal.type(COUNTER)
        cls.terminal.until("count-20-")

    @classmethod
    def tearDownClass(cls):
        cls.terminal.close()
        cls.home.__exit__(*sys.exc_info())

    def status(self, name):
        return json.loads(self.home.paddock("inspect", "--json", name, quiet=True).stdout)["status"]

    def listing(self):
        return {entry["name"]: entry for entry in json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]}

    def ask(self, name, script):
        return self.home.paddock("exec", name, "sh", "-c", script, quiet=True).stdout.strip()

    def folder(self, name):
        return self.home.root / "p" / "data" / "sandboxes" / self.listing()[name]["id"]

    def refused(self, code, *arguments):
        done = self.home.paddock(*arguments, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_1_two_forks_go_on_and_so_does_the_source(self):
        started = time.monotonic()
        made = json.loads(self.home.paddock("fork", "one", "--count", "2", "--json").stdout)["forks"]
        print(f"fork --count 2: {time.monotonic() - started:.1f} s until both run")

        self.assertEqual([fork["name"] for fork in made], ["one-fork-1", "one-fork-2"])
        shared = {(self.folder(name) / "work.qcow2").stat().st_ino for name in ("one", "one-fork-1", "one-fork-2")}
        self.assertEqual(len(shared), 1, "what the disks held lies there once")
        seen = len(counts(self.terminal.text))
        self.terminal.until(f"count-{seen + 30}-")
        texts = [self.terminal.text]
        for fork in made:
            again = Terminal(self.home, "attach", fork["name"], "1")
            again.until(f"count-{seen + 40}-")
            again.close()
            texts.append(again.text)
        for text in texts:
            numbers = counts(text)
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), "nothing printed twice or lost")

    def test_2_each_is_itself_with_the_same_files(self):
        names = ("one", "one-fork-1", "one-fork-2")
        answers = [self.ask(name, IDENTITY).splitlines() for name in names]
        for values in zip(*answers, strict=True):
            self.assertEqual(len(set(values)), 3, values)
        self.assertEqual(len({self.ask(name, "cat *.txt | sha256sum; ls") for name in names}), 1)
        for name in names[1:]:
            self.assertLess(abs(float(self.ask(name, "date +%s")) - time.time()), 3)
            everything = self.ask(name, "cat /etc/hosts /etc/hostname; ip address; hostname")
            self.assertNotIn(answers[0][2], everything)
            self.assertEqual(self.listing()[name]["sync"], "off")
            self.assertIn("paddock diff", self.home.paddock("sync", "status", name, quiet=True).stdout)
        self.assertIn(self.listing()["one"]["sync"], ("idle", "scanning", "syncing"))
        print("proportional memory:", {name: f"{proportional(self.status(name)['pid'])} MiB" for name in names})

    def test_3_their_edits_stay_with_them_until_they_are_accepted(self):
        work = self.home.workspace
        self.ask("one-fork-1", "echo fork >edited.txt; echo fork >both.txt; rm gone.txt; mkdir -p new/deep; echo fork >new/deep/file; "
                               "ln -s /etc/passwd new/out; printf '\\033[31mred\\n' >new/colour")
        self.ask("one-fork-2", "echo second >edited.txt")
        (work / "both.txt").write_text("host\n")
        (work / "mine.txt").write_text("host\n")
        until(lambda: self.ask("one", "cat mine.txt 2>/dev/null || true") == "host", 20, "the source is in step")
        self.assertEqual((work / "edited.txt").read_text(), "base\n")
        self.assertEqual(self.ask("one", "cat edited.txt"), "base")

        changed = json.loads(self.home.paddock("diff", "one-fork-1", "--json").stdout)
        self.assertEqual({item["path"]: (item["change"], item["conflict"]) for item in changed["items"]}, {
            "both.txt": ("modified", True), "edited.txt": ("modified", False), "gone.txt": ("deleted", False),
            "new/colour": ("created", False), "new/deep/file": ("created", False)})
        self.assertEqual([item["path"] for item in changed["hostItems"]], ["mine.txt"])
        patch = self.home.paddock("diff", "one-fork-1")
        self.assertIn("--- a/edited.txt\n+++ b/edited.txt\n@@ -1 +1 @@\n-base\n+fork\n", patch.stdout)
        self.assertIn("also changed on this computer", patch.stdout)
        self.assertNotIn("\033", patch.stdout)
        self.assertIn("mine.txt", patch.stderr)
        self.assertEqual(self.home.paddock("diff", "one-fork-2", "--name-only").stdout, "edited.txt\n")

        refused = self.refused(4, "accept", "one-fork-1")
        self.assertIn("both.txt", refused.stderr)
        self.assertTrue((work / "gone.txt").exists() and not (work / "new").exists(), "nothing half done")
        self.home.paddock("accept", "one-fork-1", "edited.txt", "new")
        self.assertEqual((work / "edited.txt").read_text(), "fork\n")
        self.assertEqual((work / "new/deep/file").read_text(), "fork\n")
        self.assertFalse((work / "new/out").is_symlink())
        self.assertTrue((work / "gone.txt").exists())
        self.home.paddock("accept", "one-fork-1", "--skip-conflicts")
        self.assertFalse((work / "gone.txt").exists())
        self.assertEqual((work / "both.txt").read_text(), "host\n")
        until(lambda: self.ask("one", "cat edited.txt") == "fork", 20, "what was accepted reaches the source")
        second = self.refused(4, "accept", "one-fork-2")
        self.assertIn("edited.txt", second.stderr)
        self.refused(4, "diff", "one")
        self.refused(2, "accept", "one-fork-1", "/etc/passwd")

    def test_4_a_fork_is_forked_and_a_stopped_one_is_not(self):
        self.assertEqual(self.home.paddock("fork", "one-fork-2", "--name", "third").stdout, "third\n")
        self.assertEqual(self.ask("third", "cat edited.txt"), "second")
        self.home.paddock("stop", "third")
        self.assertIn("only a running sandbox", self.refused(4, "fork", "third").stderr)
        self.refused(4, "fork", "one", "--name", "third")
        self.home.paddock("rm", "third")

    def test_5_a_fork_killed_half_way_leaves_nothing_that_looks_like_one(self):
        known = set(self.listing())
        for seconds in (0.3, 1.0, 2.0):
            fork = subprocess.Popen([BIN / "paddock", "fork", "one", "--count", "2"], env=self.home.environment,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(seconds)
            fork.send_signal(signal.SIGKILL)
            fork.wait()
            for name in set(self.listing()) - known:
                self.assertIn(self.listing()[name]["state"], ("suspended", "preparing", "booting", "syncing", "running"))
                self.home.paddock("rm", "--force", name)
        self.assertEqual(self.ask("one", "echo still here"), "still here")
        self.home.paddock("fork", "one", "--name", "after")
        self.assertEqual(self.ask("after", "cat kept.txt"), "base")
        self.assertFalse((self.folder("one") / "forking").exists())
        self.home.paddock("rm", "--force", "after")

    def test_5_b_nothing_that_is_typed_while_it_is_forked_is_lost(self):
        typist = Terminal(self.home, "shell", "one")
        typist.until("$ ")
        typist.type("cat >/tmp/typed\n")
        until(lambda: self.ask("one", "ls /tmp/typed || true"), 20, "the program that reads")
        fork = subprocess.Popen([BIN / "paddock", "fork", "one", "--name", "typed"], env=self.home.environment)
        lines = []
        while fork.poll() is None:
            lines.append(f"line {len(lines) + 1}")
            typist.type(lines[-1] + "\n")
            typist.read()
        self.assertEqual(fork.returncode, 0)

        until(lambda: self.ask("one", "cat /tmp/typed").splitlines() == lines, 20, "every line")
        before = self.ask("typed", "cat /tmp/typed").splitlines()
        self.assertLess(len(before), len(lines), "some were typed after the moment")
        self.assertEqual(before, lines[:len(before)])
        typist.close()
        self.home.paddock("rm", "--force", "typed")

    def test_6_forks_outlive_their_source(self):
        self.home.paddock("rm", "--force", "one")
        self.ask("one-fork-2", "echo kept | sudo tee /root/kept >/dev/null; sync")
        self.home.paddock("suspend", "one-fork-1")
        self.home.paddock("stop", "one-fork-2")
        self.home.paddock("start", "one-fork-2")
        self.home.paddock("resume", "one-fork-1")

        self.assertEqual(self.status("one-fork-2")["start"], "boot")
        self.assertEqual(self.ask("one-fork-2", "sudo cat /root/kept; cat edited.txt"), "kept\nsecond")
        self.assertEqual(self.ask("one-fork-1", "cat kept.txt"), "base")
        self.assertEqual(self.listing()["one-fork-2"]["sync"], "off")
        self.assertFalse((self.folder("one-fork-2") / "ca.inherited").exists(), "an authority of its own since it booted")


if __name__ == "__main__":
    unittest.main(verbosity=2)
