"""The main job in the desktop: a folder is dropped on the window, the real Claude Code is typed to, its file comes back.

Needs an X display; CTest starts it under Xvfb with a window manager and a session bus of its own.
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

from paddock_test import BIN, TESTS, Home, until

KEY = "sk-ant-api03-" + "RealKeyThatTheSandboxNeverSees" * 2
SCRIPT = [
    {"tool": "Bash", "input": {"command": "printf 'made by the agent\\n' > hello.txt && ls -la", "description": "Write hello.txt"}},
    {"text": "I wrote hello.txt."},
]
PYTHON_WITH_GTK = "/usr/bin/python3"  # and with D-Bus


def xdotool(*words, check=True):
    return subprocess.run(["xdotool", *map(str, words)], check=check, text=True, capture_output=True).stdout.strip()


def window(title, seconds=60):
    found = until(lambda: xdotool("search", "--onlyvisible", "--name", title, check=False), seconds, f"a window “{title}”")
    return found.splitlines()[-1]


def place(identity):
    """x, y, width, height on the screen."""
    text = xdotool("getwindowgeometry", "--shell", identity)
    return [int(re.search(rf"^{key}=(-?\d+)$", text, re.M).group(1)) for key in ("X", "Y", "WIDTH", "HEIGHT")]


def drag(source, target):
    from_x, from_y, *_ = place(source)
    to_x, to_y, width, height = place(target)
    start, end = (from_x + 60, from_y + 60), (to_x + width // 2 + 100, to_y + height // 2)
    xdotool("mousemove", *start, "sleep", 0.3, "mousedown", 1, "sleep", 0.3)
    for step in range(1, 9):
        xdotool("mousemove", *(first + (last - first) * step // 8 for first, last in zip(start, end)))
        time.sleep(0.1)
    xdotool("mousemove_relative", 3, 3, "sleep", 0.5, "mouseup", 1)


class TheDesktopRunsClaude(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.__exit__)
        cls.home.workspace.joinpath("README.md").write_text("# web-shop\n")
        cls.api_log = cls.home.model_api(SCRIPT, KEY)
        manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL)
        cls.home.servers.append(manager)
        keyring = subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input="test", text=True,
                                 capture_output=True, env=cls.home.environment | {"HOME": str(cls.home.root)}, check=True)
        print(keyring.stdout)
        cls.home.paddock("secret", "set", "anthropic", input=KEY + "\n")
        cls.desktop = cls.start_desktop()

    @classmethod
    def start_desktop(cls, *words):
        process = subprocess.Popen([BIN / "paddock-desktop", *words],
                                   env=cls.home.environment | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "HOME": str(cls.home.root)})
        cls.home.servers.append(process)
        return process

    def state(self):
        listing = json.loads(self.home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]
        return listing[0]["state"] if listing else None

    def running_terminal(self):
        """The agent's terminal as the warden keeps it."""
        terminals = self.home.call("terminal.list")["terminals"]
        return next((entry for entry in terminals if entry["kind"] == "agent" and entry["running"]), None)

    def test_1_a_dropped_folder_becomes_a_sandbox(self):
        main = window("^Paddock$")
        source = subprocess.Popen([PYTHON_WITH_GTK, TESTS / "fakes" / "drag_source.py", str(self.home.workspace)])
        self.home.servers.append(source)
        drag(window("^drag-source$"), main)
        sheet = window("^New sandbox$")
        source.terminate()
        xdotool("windowactivate", "--sync", sheet)
        xdotool("key", "--window", sheet, "Return")
        until(lambda: self.state() == "running", 240, "the sandbox runs")
        until(self.running_terminal, 60, "the agent's terminal")
        if os.environ.get("PADDOCK_TEST_START") == "resume":
            self.home.paddock("suspend", "web-shop")
            self.home.paddock("resume", "web-shop")
            until(self.running_terminal, 60, "the agent's terminal goes on")

    def test_2_what_is_typed_reaches_the_agent_and_its_file_the_folder(self):
        main = window("web-shop – Paddock")
        xdotool("windowactivate", "--sync", main)
        until(lambda: re.search("for shortcuts|bypass permissions|Try ", self.screen()), 180, "Claude Code's prompt")
        xdotool("type", "--window", main, "--delay", 60, "write hello.txt")
        until(lambda: "write hello.txt" in self.screen(), 60, "what is typed stands in the prompt")
        xdotool("key", "--window", main, "Return")
        file = self.home.workspace / "hello.txt"
        until(file.exists, 180, "hello.txt on the host")
        self.assertEqual(file.read_bytes(), b"made by the agent\n")
        until(lambda: "I wrote hello.txt" in self.screen(), 60, "the agent's answer")
        self.picture("terminal-light")
        until(lambda: self.home.call("status")["agentState"]["state"] == "needsYou", 150, "the agent rings when it waits for long")

    def test_3_a_killed_desktop_leaves_the_agent_and_takes_it_up_again(self):
        before = self.running_terminal()["id"]
        self.desktop.send_signal(signal.SIGKILL)
        self.desktop.wait()
        self.assertEqual(self.state(), "running")
        type(self).desktop = self.start_desktop("--open", "web-shop", "--theme", "dark")
        window("web-shop – Paddock")
        self.assertEqual(self.running_terminal()["id"], before)
        until(lambda: "I wrote hello.txt" in self.screen(), 60, "what the agent said before the kill is in the new window")
        self.assertIn("write hello.txt", self.screen())
        self.picture("terminal-dark")

    def test_4_a_second_start_hands_over(self):
        began = time.monotonic()
        second = subprocess.run([BIN / "paddock-desktop", "--new", self.home.workspace], env=self.home.environment, timeout=30, check=False)
        self.assertEqual(second.returncode, 0)
        self.assertLess(time.monotonic() - began, 5)
        xdotool("key", "--window", window("^New sandbox$"), "Escape", check=False)  # it is gone before the key is up

    def picture(self, name):
        """For packaging/screenshots, when PADDOCK_PICTURES names a folder."""
        if pictures := os.environ.get("PADDOCK_PICTURES"):
            subprocess.run(["import", "-window", window("web-shop – Paddock"), str(pathlib.Path(pictures) / f"{name}.png")], check=False)

    @staticmethod
    def screen():
        """The text in the window's terminal, as a screen reader gets it."""
        done = subprocess.run([PYTHON_WITH_GTK, TESTS / "e2e" / "read_terminal.py"], text=True, capture_output=True, check=False)
        return done.stdout


if __name__ == "__main__":
    unittest.main(verbosity=2)
