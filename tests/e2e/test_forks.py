"""Sandboxes that begin from a template, and that are suspended and resumed: real machines, in one home."""
import hashlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import unittest

from paddock_test import BIN, Home, until

COUNTER = "i=0; while true; do i=$((i+1)); echo count-$i-; sleep 0.05; done\n"


class Terminal:
    """`paddock shell` or `attach` on a terminal of its own; collects what it shows."""

    def __init__(self, home, *arguments):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execvpe(BIN / "paddock", [str(BIN / "paddock"), *arguments], home.environment | {"TERM": "xterm-256color"})
        self.text = ""

    def read(self, seconds=0.05):
        while select.select([self.descriptor], [], [], seconds)[0]:
            try:
                chunk = os.read(self.descriptor, 65536)
            except OSError:
                return
            if not chunk:
                return
            self.text += chunk.decode(errors="replace")

    def until(self, text, seconds=60):
        def seen():
            self.read()
            return text in self.text
        until(seen, seconds, f"the terminal shows {text!r}; it shows {self.text[-500:]!r}")

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.descriptor)


def counts(text):
    """The numbers that the counter has shown, in order."""
    return [int(word) for word in text.split("-") if word.isdigit()]


class Forks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        (cls.home.workspace / "README.md").write_text("A web shop.\n")
        cls.home.paddock("create", "shell", cls.home.workspace, "--name", "one")
        cls.cost = sum(path.stat().st_blocks * 512 for path in cls.folder().glob("**/*"))

    @classmethod
    def tearDownClass(cls):
        cls.home.__exit__(*sys.exc_info())

    @classmethod
    def folder(cls):
        return next(path.parent for path in (cls.home.root / "p").glob("**/sandbox.json") if '"one"' in path.read_text())

    def status(self, name):
        return json.loads(self.home.paddock("inspect", "--json", name, quiet=True).stdout)["status"]

    def ask(self, name, script):
        return self.home.paddock("exec", name, "sh", "-c", script, quiet=True).stdout.strip()

    def state(self, name):
        listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]
        return next(entry["state"] for entry in listing if entry["name"] == name)

    def test_1_a_new_sandbox_is_forked_and_is_itself(self):
        other = self.home.root / "src" / "other"
        other.mkdir()
        self.home.paddock("create", "shell", other, "--name", "two")
        identity = "cat /etc/machine-id /proc/sys/kernel/hostname; cat /sys/class/net/eth0/address; head -c 32 /dev/urandom | sha256sum"
        answers = {name: self.ask(name, identity).splitlines() for name in ("one", "two")}

        for name in ("one", "two"):
            self.assertEqual(self.status(name)["start"], "fork")
        for first, second in zip(*answers.values(), strict=True):
            self.assertNotEqual(first, second)
        self.assertEqual(self.ask("one", "cat README.md"), "A web shop.")
        self.assertEqual(self.ask("two", "ls"), "")
        self.assertLess(abs(float(self.ask("one", "date +%s")) - time.time()), 3)
        self.home.paddock("rm", "--force", "two")

    def test_2_its_docker_daemon_answers_at_once(self):
        started = time.monotonic()
        self.assertIn("containerd", self.ask("one", "docker info --format '{{json .Runtimes}}'"))
        print(f"docker info: {time.monotonic() - started:.2f} s")

    def test_3_its_disks_cost_next_to_nothing(self):
        fresh = json.loads(self.home.paddock("template", "ls", "--json", quiet=True).stdout)["templates"]
        self.assertTrue(any("one" in entry["sandboxes"] for entry in fresh))
        used = sum(path.stat().st_blocks * 512 for path in self.folder().glob("*.qcow2"))
        print(f"a new fork: {self.cost >> 10} KiB; disks of one that has run a few commands: {used >> 10} KiB")
        self.assertLess(self.cost, 1_000_000)
        self.assertLess(used, 32 << 20)

    def test_4_a_suspended_terminal_goes_on_where_it_was(self):
        terminal = Terminal(self.home, "shell", "one")
        terminal.until("$ ")
        terminal.type(COUNTER)
        terminal.until("count-20-")
        self.home.paddock("suspend", "one")
        terminal.close()
        self.assertEqual(self.state("one"), "suspended")
        self.assertEqual(subprocess.run(["pgrep", "-f", f"paddock-{self.identity('one')}"], stdout=subprocess.PIPE).stdout, b"")

        self.home.paddock("resume", "one")
        self.assertEqual(self.status("one")["start"], "resume")
        again = Terminal(self.home, "attach", "one", "1")
        again.until("count-60-")
        again.close()

        numbers = counts(again.text)
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)), "nothing printed twice or lost")

    def identity(self, name):
        return json.loads(self.home.paddock("inspect", "--json", name, quiet=True).stdout)["settings"]["id"]

    def test_5_files_are_in_step_after_a_resume(self):
        (self.home.workspace / "on-host.txt").write_text("host\n")
        until(lambda: self.ask("one", "cat on-host.txt 2>/dev/null || true") == "host", 20, "the host's file in the guest")
        self.ask("one", "echo guest >in-guest.txt")
        until(lambda: (self.home.workspace / "in-guest.txt").exists(), 20, "the guest's file on the host")

    def test_6_a_state_that_does_not_fit_is_a_cold_boot_of_the_same_disk(self):
        self.ask("one", "echo kept | sudo tee /root/kept >/dev/null")
        self.home.paddock("suspend", "one")
        manifest = next((self.home.root / "p").glob("**/suspended/manifest.json"))
        content = json.loads(manifest.read_text())
        content["machine"]["qemu"] = "9.9.9"
        manifest.write_text(json.dumps(content))

        self.home.paddock("start", "one")

        status = self.status("one")
        self.assertEqual(status["start"], "boot")
        self.assertTrue(any("suspended machine does not fit" in notice for notice in status["notices"]), status["notices"])
        self.assertEqual(self.ask("one", "sudo cat /root/kept"), "kept")

    def test_7_a_state_cut_short_is_a_cold_boot_too(self):
        self.home.paddock("suspend", "one")
        state = next((self.home.root / "p").glob("**/suspended/state"))
        size = state.stat().st_size
        os.truncate(state, size // 2)
        os.truncate(state, size)  # of the right length, and half of it gone

        self.home.paddock("start", "one")

        self.assertEqual(self.ask("one", "sudo cat /root/kept"), "kept")

    @staticmethod
    def damage(manifest):
        """Cuts the state short and notes it as if it had been so from the start."""
        state = manifest.with_name("state")
        content = state.read_bytes()[:100_000]
        state.unlink()
        state.write_bytes(content)
        facts = state.stat()
        noted = json.loads(manifest.read_text())
        noted["parts"]["state"] = {"bytes": facts.st_size, "inode": str(facts.st_ino), "sha256": hashlib.sha256(content).hexdigest(),
                                   "changed": f"{facts.st_mtime_ns // 10**9}.{facts.st_mtime_ns % 10**9}"}
        manifest.unlink()
        manifest.write_text(json.dumps(noted))

    def test_8_a_damaged_template_is_given_up_and_the_machine_boots(self):
        for manifest in self.home.templates.glob("*/manifest.json"):
            self.damage(manifest)
        third = self.home.root / "src" / "third"
        third.mkdir()

        self.home.paddock("create", "shell", third, "--name", "three")

        self.assertEqual(self.status("three")["start"], "boot")
        self.home.paddock("rm", "--force", "three")


if __name__ == "__main__":
    unittest.main(verbosity=2)
