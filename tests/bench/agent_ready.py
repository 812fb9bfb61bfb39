"""`paddock run claude` on a folder of 100 files until the real Claude Code shows its prompt in the terminal, forked, against a
bare QEMU that restores the same template and starts Claude Code until its first screen."""
import os
import re
import select
import subprocess
import termios
import time

import bench
import restored

KEY = "sk-ant-api03-" + "OnlyForTheScriptedModel" * 3
PROMPT = re.compile(rb"shortcuts|bypass")  # its words are placed one by one
FIRST_SCREEN = re.compile(rb"Welcome|style", re.I)
RUNS = 3


def make_project(folder):
    for number in range(100):
        file = folder / f"part-{number % 10}" / f"module_{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def answer():\n    return {number}\n" * 40)
    return folder


def read_until(descriptor, pattern, seconds=120):
    text, deadline = b"", time.monotonic() + seconds
    while not pattern.search(text):
        assert time.monotonic() < deadline, text[-2000:]
        if select.select([descriptor], [], [], 0.5)[0]:
            chunk = os.read(descriptor, 65536)
            assert chunk, text[-2000:]
            text += chunk


def agent(home, number):
    folder = make_project(home.root / "src" / f"project-{number}")
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    started = time.monotonic()
    client = subprocess.Popen([bench.BIN / "paddock", "run", "claude", folder, "--name", f"claude-{number}", "--secret",
                               "anthropic=env:REAL_KEY"], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                              env=home.environment | {"REAL_KEY": KEY, "TERM": "xterm-256color"})
    try:
        read_until(ours, PROMPT)
        return time.monotonic() - started
    finally:
        client.kill()
        client.wait()
        os.close(ours)
        os.close(theirs)
        home.paddock("rm", "--force", f"claude-{number}", quiet=True)


def bare(options):
    with restored.BareRestore(options) as machine:
        client = subprocess.Popen(machine.command("script", "-qfc", "claude", "/dev/null"), stdout=subprocess.PIPE)
        try:
            read_until(client.stdout.fileno(), FIRST_SCREEN)
            return time.monotonic() - machine.started
        finally:
            client.kill()
            client.communicate()


with bench.Home() as home:
    home.paddock("template", "warm", quiet=True)
    home.model_api([{"text": "Nothing to do."}], KEY)
    home.paddock("create", "shell", home.workspace, "--name", "first", quiet=True)
    options = restored.ForkOptions(home)
    home.paddock("rm", "--force", "first", quiet=True)
    floor = bench.median(lambda: bare(options), RUNS)
    values = [agent(home, number) for number in range(RUNS)]
    bench.report("agent-ready", bench.statistics.median(values), "s", floor)
