"""Bad input and faults: each ends in a clear message with a next step, and nothing is lost."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import unittest

from paddock_test import Home, until
from processes import processes


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)

    def refused(self, *arguments, code, words, extra=None):
        done = self.home.paddock(*arguments, check=False, extra=extra)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word.lower(), done.stderr.lower())
        listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)
        self.assertEqual(listing, {"schema": 1, "sandboxes": []})

    def test_folders_that_cannot_be_a_workspace_are_refused(self):
        file = self.home.root / "file"
        file.write_text("x")
        rows = {
            "missing": self.home.root / "missing",
            "a file": file,
            "root": "/",
            "home": os.environ["HOME"],
            "Paddock's own data": self.home.root / "p",
            "around Paddock's own data": self.home.root,
            "would hide a guest directory": "/usr",
        }
        for name, folder in rows.items():
            with self.subTest(name):
                self.refused("run", "shell", folder, code=1, words=[str(folder)])

    def test_an_unknown_agent_is_refused_with_the_known_ones(self):
        self.refused("run", "cursor", self.home.workspace, code=2, words=["cursor", "claude", "codex", "gemini", "shell"])

    def test_what_comes_later_is_a_usage_error_that_says_so(self):
        second = self.home.root / "second"
        second.mkdir(exist_ok=True)
        for arguments in (("run", "shell", f"{self.home.workspace}:ro"), ("run", "shell", self.home.workspace, second),
                          ("run", "shell", self.home.workspace, "--network", "ask"),
                          ("run", "shell", self.home.workspace, "--network", "open")):
            with self.subTest(arguments):
                self.refused(*arguments, code=2, words=["later version"])

    def test_more_memory_than_the_machine_has_is_refused_before_anything_starts(self):
        done = self.home.paddock("create", "shell", self.home.workspace, "--memory", "200GiB", "--name", "big", check=False)
        self.assertEqual(done.returncode, 125, done.stderr)
        self.assertIn("memory", done.stderr.lower())
        self.home.paddock("rm", "--force", "big", check=False)

    def test_missing_qemu_is_told_with_what_to_install(self):
        tools = self.home.root / "bin"
        tools.mkdir(exist_ok=True)
        done = self.home.paddock("create", "shell", self.home.workspace, "--name", "noqemu", extra={"PATH": str(tools)}, check=False)
        self.assertIn(done.returncode, (78, 125), done.stderr)
        self.assertIn("qemu", done.stderr.lower())
        self.home.paddock("rm", "--force", "noqemu", check=False)

    def test_a_damaged_image_is_told_and_never_started(self):
        damaged = self.home.root / "image"
        damaged.mkdir(exist_ok=True)
        for part in pathlib.Path(os.environ["PADDOCK_IMAGE"]).iterdir():
            if part.name == "vmlinuz":
                content = bytearray(part.read_bytes())
                content[len(content) // 2] ^= 0xFF
                (damaged / part.name).write_bytes(content)
            elif not (damaged / part.name).exists():
                (damaged / part.name).symlink_to(part)
        done = self.home.paddock("create", "shell", self.home.workspace, "--name", "bad", extra={"PADDOCK_IMAGE": str(damaged)},
                                 check=False)
        self.assertEqual(done.returncode, 125, done.stderr)
        self.assertIn("damaged", done.stderr.lower())
        self.assertIn("image build", done.stderr)
        self.home.paddock("rm", "--force", "bad", check=False)

    def test_a_policy_file_with_a_bad_line_is_named_by_line_and_column(self):
        policy = self.home.root / "p" / "config" / "policy" / "global.policy"
        if not policy.parent.parent.exists():
            policy = next((self.home.root / "p").glob("**/config.toml")).parent / "policy" / "global.policy"
        policy.parent.mkdir(parents=True, exist_ok=True)
        policy.write_text("paddock-policy 1\ndefault deny\nallow example.com\nalow example.org\n")
        done = self.home.paddock("policy", "show", check=False)
        policy.unlink()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("4:1", done.stderr)


class KilledProcesses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)
        cls.home.workspace.joinpath("kept.txt").write_text("from the host\n")
        results = []

        def start():
            results.append(cls.home.paddock("run", "shell", cls.home.workspace, "--", "-c", "echo started", check=False))

        pair = [threading.Thread(target=start) for _ in range(2)]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
        cls.results = results
        cls.name = json.loads(cls.home.paddock("ls", "--json").stdout)["sandboxes"][0]["id"]

    def state(self):
        return json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"][0]["state"]

    def kill(self, program):
        before = until(lambda: processes(program, self.home), 20, f"{program} to run")
        for process in before:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return before

    def synced(self, name, text):
        (self.home.workspace / name).write_text(text)
        read = lambda: self.home.paddock("exec", self.name, "--", "cat", self.home.workspace / name, check=False, quiet=True).stdout
        until(lambda: read() == text, 40, f"{name} in the sandbox")

    def test_1_two_runs_on_one_folder_at_once_share_one_sandbox(self):
        self.assertEqual([(done.returncode, done.stdout) for done in self.results], [(0, "started\n")] * 2)
        self.assertEqual(len(json.loads(self.home.paddock("ls", "--json").stdout)["sandboxes"]), 1)

    def test_2_a_killed_gateway_comes_back(self):
        old = self.kill("paddock-gateway")
        until(lambda: set(processes("paddock-gateway", self.home)) - set(old), 20, "a new gateway")
        ask = ("exec", self.name, "--", "curl", "-s", "-i", "-m", "10", "http://bad.example.net/")
        until(lambda: "403" in self.home.paddock(*ask, check=False, quiet=True).stdout, 40, "a refusal with a reason again")

    def test_3_a_killed_courier_comes_back_and_nothing_is_lost(self):
        old = self.kill("paddock-courier")
        self.home.paddock("wait", self.name, "--for", "synced", "--timeout", "60")  # not refused because there is none just now
        until(lambda: set(processes("paddock-courier", self.home)) - set(old), 20, "a new courier")
        self.synced("after-courier.txt", "still in step\n")
        self.assertEqual((self.home.workspace / "kept.txt").read_text(), "from the host\n")

    def test_4_a_killed_machine_is_told_and_starts_again_with_its_files(self):
        self.home.paddock("exec", self.name, "--", "sh", "-c", "echo precious > /home/agent/precious; sync")
        self.kill("qemu-system")
        until(lambda: self.state() in ("failed", "stopped"), 30, "the loss to show")
        self.assertEqual(self.home.paddock("exec", self.name, "--", "cat", "/home/agent/precious").stdout, "precious\n")
        self.synced("after-machine.txt", "again\n")

    def test_5_a_killed_warden_leaves_no_machine_behind_and_starts_again(self):
        self.kill("paddock-warden")
        for program in ("qemu-system", "paddock-gateway", "paddock-courier"):
            until(lambda: not processes(program, self.home), 20, f"{program} to end with its warden")
        self.assertIn(self.state(), ("stopped", "failed"))
        self.assertEqual(self.home.paddock("exec", self.name, "--", "cat", "/home/agent/precious").stdout, "precious\n")
        self.assertEqual((self.home.workspace / "kept.txt").read_text(), "from the host\n")

    def test_6_a_bad_policy_line_keeps_the_last_good_policy(self):
        policy = self.home.sandbox_directory() / "sandbox.policy"
        self.home.paddock("policy", "allow", self.name, "good.example.net")
        good = policy.read_text()
        policy.write_text(good + "alow example.org\n")
        checked = self.home.call("policy.check", destination="https://good.example.net:443")
        self.assertEqual(checked["verdict"], "allow")
        policy.write_text(good)

    def test_7_an_agent_that_is_not_in_the_image_is_told(self):
        self.home.paddock("exec", "-u", "root", self.name, "--", "sh", "-c", "mv $(command -v bash) /root/bash.away")
        done = self.home.paddock("run", "shell", self.home.workspace, "--", "-c", "true", check=False)
        self.home.paddock("exec", "-u", "root", self.name, "--", "mv", "/root/bash.away", "/usr/bin/bash")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("bash", done.stderr)

    def test_8_a_stale_runtime_directory_is_no_obstacle(self):
        self.home.paddock("stop", self.name)
        socket = next(iter((self.home.root / "p").glob(f"**/run/**/{self.name}")), None)
        if socket is None:
            socket = self.home.root / "p" / "run" / self.name
        socket.mkdir(parents=True, exist_ok=True)
        (socket / "warden.sock").unlink(missing_ok=True)
        (socket / "warden.sock").write_text("left by a power cut")
        self.assertEqual(self.state(), "stopped")
        self.assertEqual(self.home.paddock("exec", self.name, "--", "echo", "up").stdout, "up\n")

    def test_9_a_taken_name_is_refused(self):
        other = self.home.root / "other"
        other.mkdir()
        taken = json.loads(self.home.paddock("ls", "--json").stdout)["sandboxes"][0]["name"]
        done = self.home.paddock("create", "shell", other, "--name", taken, check=False)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn(taken, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
