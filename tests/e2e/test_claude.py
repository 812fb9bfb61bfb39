"""The main job, once through: the real Claude Code works on a folder, its key stays outside, its file comes back."""
import json
import os
import time
import unittest

from paddock_test import Home, contains, until

KEY = "sk-ant-api03-" + "RealKeyThatTheSandboxNeverSees" * 2
SCRIPT = [
    {"tool": "Bash", "input": {"command": "printf 'made by the agent\\n' > hello.txt && ls -la", "description": "Write hello.txt"}},
    {"text": "I wrote hello.txt."},
]


class ClaudeWorksOnAFolder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)
        cls.home.workspace.joinpath("README.md").write_text("# web-shop\n")
        cls.api_log = cls.home.model_api(SCRIPT, KEY)
        if os.environ.get("PADDOCK_TEST_START") == "resume":
            cls.home.create("claude", "shop")
        cls.run_result = cls.home.paddock("run", "claude", cls.home.workspace, "--name", "shop", "--secret", "anthropic=env:REAL_KEY",
                                          "--", "-p", "write hello.txt", extra={"REAL_KEY": KEY}, check=False)
        cls.ended = time.monotonic()

    def test_1_the_agent_answers_on_standard_output_and_its_exit_code_passes(self):
        self.assertEqual(self.run_result.returncode, 0, self.run_result.stderr)
        self.assertEqual(self.run_result.stdout.strip(), "I wrote hello.txt.")

    def test_2_the_file_that_the_agent_wrote_is_in_the_folder_within_three_seconds(self):
        file = self.home.workspace / "hello.txt"
        until(file.exists, max(0, self.ended + 3 - time.monotonic()), "hello.txt on the host")
        self.assertEqual(file.read_bytes(), b"made by the agent\n")

    def test_3_the_api_received_the_real_key_and_nothing_else(self):
        records = [json.loads(line) for line in self.api_log.read_text().splitlines()]
        self.assertTrue([record for record in records if record["method"] == "POST"])
        self.assertEqual({record["key"] for record in records if record["method"] == "POST"}, {KEY})

    def test_4_the_sandbox_holds_a_placeholder_and_never_the_key(self):
        environment = self.home.paddock("exec", "shop", "--", "env").stdout
        self.assertNotIn(KEY, environment)
        self.assertIn("ANTHROPIC_API_KEY=sk-ant-", environment)
        self.home.paddock("exec", "-u", "root", "shop", "--", "sync")

        dump = self.home.root / "memory"
        self.home.call("machine.dump-memory", path=str(dump))
        self.assertGreater(dump.stat().st_size, 100 << 20)
        self.assertTrue(contains(dump, b"made by the agent"), "the dump shows what the guest holds")
        self.assertFalse(contains(dump, KEY.encode()), "the key is in the guest's memory")

    def test_5_no_file_of_paddock_holds_the_key(self):
        holders = [str(path) for path in (self.home.root / "p").rglob("*") if path.is_file() and contains(path, KEY.encode())]
        self.assertEqual(holders, [])
        disks = list(self.home.sandbox_directory().glob("*.qcow2"))
        self.assertEqual(len(disks), 3)

    def test_6_the_connection_log_tells_what_was_allowed(self):
        records = json.loads(self.home.paddock("policy", "log", "shop", "--json").stdout)["records"]
        self.assertIn(("api.anthropic.com", "allow"), {(record["host"], record["verdict"]) for record in records})

    def test_7_a_second_run_on_the_folder_uses_the_same_sandbox_and_says_so(self):
        again = self.home.paddock("run", "claude", self.home.workspace, "--", "-p", "again")
        self.assertIn("shop", again.stderr)
        listing = json.loads(self.home.paddock("ls", "--json").stdout)
        self.assertEqual([(entry["name"], entry["state"]) for entry in listing["sandboxes"]], [("shop", "running")])


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=True)
