"""Kills programs of Paddock with SIGKILL at random moments of their work, and looks at what is left.

Usage: kill_at_random.py [KILLS [SEED [SECONDS]]]: so many kills, fewer when the time is over. After each kill: `ls` answers and
lists every sandbox that was acknowledged, with its settings; no QEMU, gateway or courier outlives its warden; what is shown as
suspended resumes; every snapshot that was acknowledged is listed, and none that is damaged; and the next start works, with every
file in it that was acknowledged: written and synced in the guest, or told to be in the host's folder. It stops at the first
violation. Run short in CI, and long by hand.
"""
import json
import os
import random
import signal
import subprocess
import sys
import time

from paddock_test import BIN, Home, until
from processes import machine_of, processes, warden_of

STATES = {"stopped", "suspended", "preparing", "booting", "syncing", "running", "stopping", "failed", "notAnswering"}


class Violation(Exception):
    pass


class World:
    """One sandbox, what was acknowledged of it, and what is done to it."""

    def __init__(self, home, seed):
        self.home = home
        self.random = random.Random(seed)
        self.settings = None
        self.synced = {}  # name → content, in the host's folder and the guest's
        self.kept = {}  # name → content, on the guest's disk; a restore turns it back
        self.snapshots = {}  # name → what was kept then
        self.suspended = False  # told so, and nothing was started since
        self.number = 0
        self.lasts = {}  # how long the operations take here, in seconds; not known: 4

    def paddock(self, *arguments, seconds=240):
        try:
            return self.home.paddock(*arguments, check=False, quiet=True, seconds=seconds)
        except subprocess.TimeoutExpired as late:
            raise Violation(f"paddock {' '.join(map(str, arguments))} hangs: {late}") from late

    def entry(self):
        started = time.monotonic()
        listing = self.paddock("ls", "--json", seconds=10)
        if listing.returncode != 0:
            raise Violation(f"ls fails: {listing.stderr}")
        entries = [entry for entry in json.loads(listing.stdout)["sandboxes"] if entry["name"] == "sb"]
        if time.monotonic() - started > 5:
            raise Violation("ls took more than 5 s")
        return entries[0] if entries else None

    # The operations: each a command line, and what its success acknowledges.
    def create(self):
        return ["create", "shell", self.home.workspace, "--name", "sb"], self.remember_settings

    def write(self):
        self.number += 1
        name, text = f"f{self.number}", f"content {self.number}"
        script = f"echo '{text}' >/home/agent/{name} && echo '{text}' >{name} && sync"

        def written():
            self.kept[name] = text
            self.synced[name] = text

        return ["exec", "sb", "sh", "-c", script], written

    def write_and_wait(self):
        self.number += 1
        name, text = f"s{self.number}", f"content {self.number}"
        (self.home.workspace / name).write_text(text + "\n")
        return ["wait", "sb", "--for", "synced", "--timeout", "60"], lambda: self.synced.update({name: text})

    def suspend(self):
        return ["suspend", "sb"], lambda: setattr(self, "suspended", True)

    def start(self):
        return ["start", "sb"], lambda: None

    def stop(self):
        return ["stop", "sb"], lambda: None

    def restart(self):
        return ["restart", "sb"], lambda: None

    def snapshot(self):
        if len(self.snapshots) > 2:
            oldest = next(iter(self.snapshots))
            del self.snapshots[oldest]
            return ["snapshots", "sb", "--remove", oldest], lambda: None
        self.number += 1
        name, then = f"p{self.number}", dict(self.kept)
        return ["snapshot", "sb", name], lambda: self.snapshots.update({name: then})

    def restore(self):
        # What the host has not got yet would be turned back with the guest.
        waited = self.paddock("wait", "sb", "--for", "synced", "--timeout", "90")
        if waited.returncode != 0:
            raise Violation(f"it does not come in step: {waited.stderr}")
        name = self.random.choice(list(self.snapshots))
        then = self.snapshots[name]
        self.kept = {file: text for file, text in self.kept.items() if file in then}  # whichever it will be
        discard = ["--discard"] if self.random.random() < 0.3 else []
        return ["restore", "sb", name, *discard], lambda: setattr(self, "kept", dict(then))

    def remember_settings(self):
        told = json.loads(self.paddock("inspect", "--json", "sb").stdout)["settings"]
        self.settings = {key: told[key] for key in ("id", "name", "agent", "workspace", "cpus", "memoryMiB", "diskGiB", "network")}

    def choose(self, state):
        if state is None:
            return self.create
        if state == "running":
            saves = [self.snapshot, self.snapshot] + ([self.restore, self.restore] if self.snapshots else [])
            return self.random.choice([self.write, self.write, self.write_and_wait, self.suspend, self.suspend, self.stop, self.restart,
                                       *saves])
        if state == "suspended":
            return self.random.choice([self.start, self.start, self.start, self.write])
        return self.random.choice([self.start, self.write])

    def victim(self):
        """A program to kill: the warden, QEMU, or one of the two helpers."""
        identity = self.settings["id"] if self.settings else self.identity_on_disk()
        if not identity:
            return None, None
        kind = self.random.choices(["warden", "machine", "gateway", "courier"], [5, 3, 1, 1])[0]
        if kind == "warden":
            return kind, warden_of(identity)
        if kind == "machine":
            return kind, machine_of(identity)
        found = processes(f"paddock-{kind}", self.home)
        return kind, found[0] if found else None

    def identity_on_disk(self):
        found = list((self.home.root / "p").glob("**/sandboxes/*/sandbox.json"))
        return found[0].parent.name if found else None

    def strike(self):
        """One operation, and a kill some time after it has begun. Returns what happened, for the log."""
        entry = self.entry()
        state = entry["state"] if entry else None
        if state not in ("running", None, "suspended") and self.random.random() < 0.5:
            self.paddock("start", "sb")
            state = "running"
        operation = self.choose(state)
        was_suspended, self.suspended = self.suspended, False
        arguments, acknowledged = operation()
        delay = self.random.uniform(0, self.lasts.get(operation.__name__, 4))
        started = time.monotonic()
        process = subprocess.Popen([BIN / "paddock", *map(str, arguments)], env=self.home.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            process.wait(delay)
            self.lasts[operation.__name__] = 1.1 * (time.monotonic() - started)  # some are to be killed when they have ended
        except subprocess.TimeoutExpired:
            pass
        kind, pid = self.victim()
        done = process.poll()
        if pid:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pid = None
        try:
            _, errors = process.communicate(timeout=240)
        except subprocess.TimeoutExpired as late:
            process.kill()
            raise Violation(f"{arguments[0]} hangs after {kind} was killed") from late
        if process.returncode == 0:
            acknowledged()
            # Killed after it was told: what is only in memory is gone, as of any machine.
        elif operation == self.start and was_suspended and not pid:
            self.suspended = True
        return f"{operation.__name__} from {state}, {kind} {pid or 'not there'} killed after {delay:.2f} s" \
               f"{' (it had ended)' if done is not None else ''} → {process.returncode} {errors.strip().splitlines()[-1:] or ''}"

    def strike_template(self):
        """A template whose builder is killed is none."""
        builder = subprocess.Popen([BIN / "paddock", "template", "warm", "--cpus", "1", "--memory", "1GiB"], env=self.home.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        delay = self.random.uniform(0, 45)
        try:
            builder.wait(delay)
        except subprocess.TimeoutExpired:
            pass
        builder.kill()
        code = builder.wait()
        for template in json.loads(self.paddock("template", "ls", "--json").stdout)["templates"]:
            if template.get("cpus") == 1 and code != 0:
                raise Violation(f"half a template is shown: {template}")
        return f"template builder killed after {delay:.1f} s → {code}"

    def check(self):
        entry = self.entry()
        if self.settings and not entry:
            raise Violation("an acknowledged sandbox is not listed")
        if not entry:
            return "nothing there"
        if entry["state"] not in STATES:
            raise Violation(f"unknown state {entry['state']}")
        identity = entry["id"]
        if not warden_of(identity):
            def gone():
                return not machine_of(identity) and not processes("paddock-gateway", self.home) and \
                    not processes("paddock-courier", self.home) or warden_of(identity)
            try:
                until(gone, 15, "")
            except AssertionError:
                raise Violation("a process outlives its warden") from None
        state = until(lambda: self.settled(), 90, "the sandbox to settle")
        if self.suspended and state != "suspended":
            raise Violation(f"it was told to be suspended and is {state}")
        self.check_snapshots()
        looks = self.random.random() < 0.6 or state == "suspended" and self.random.random() < 0.5
        if not looks:
            return state
        started = self.paddock("start", "sb")
        if started.returncode != 0:
            raise Violation(f"it does not start from {state}: {started.stderr}")
        self.suspended = False
        told = json.loads(self.paddock("inspect", "--json", "sb").stdout)
        if state == "suspended" and told["status"]["start"] != "resume":
            raise Violation(f"it was shown as suspended and did not resume: {told['status']['notices']}")
        self.remember_or_compare(told["settings"])
        self.compare_files()
        return f"{state}, then {told['status']['start']}"

    def check_snapshots(self):
        found = {entry["name"]: entry for entry in json.loads(self.paddock("snapshots", "sb", "--json").stdout)["snapshots"]}
        missing = set(self.snapshots) - set(found)
        damaged = [name for name, entry in found.items() if entry["damaged"]]
        if missing or damaged:
            raise Violation(f"snapshots that are missing: {missing}, damaged: {damaged}")

    def settled(self):
        entry = self.entry()
        state = entry["state"] if entry else "gone"
        return state if state in ("running", "suspended", "stopped", "failed") else None

    def remember_or_compare(self, told):
        if not self.settings:
            self.remember_settings()
        for key, value in self.settings.items():
            if told[key] != value:
                raise Violation(f"setting {key} is {told[key]}, not {value}")

    def compare_files(self):
        script = "cd /home/agent; for f in f*; do [ -f $f ] && echo \"$f $(cat $f)\"; done; true"
        found = self.paddock("exec", "sb", "sh", "-c", script)
        if found.returncode != 0:
            raise Violation(f"exec fails after a start: {found.stderr}")
        lines = set(found.stdout.splitlines())
        for name, text in self.kept.items():
            if f"{name} {text}" not in lines:
                raise Violation(f"{name} was synced in the guest and is not there: {sorted(lines)[-5:]}")
        waited = self.paddock("wait", "sb", "--for", "synced", "--timeout", "90")
        if waited.returncode != 0:
            raise Violation(f"it does not come in step: {waited.stderr}")
        inside = self.paddock("exec", "sb", "sh", "-c", "for f in f* s*; do [ -f $f ] && echo \"$f $(cat $f)\"; done; true").stdout
        for name, text in self.synced.items():
            if f"{name} {text}" not in inside.splitlines():
                raise Violation(f"{name} is not in the guest's folder")
            host = self.home.workspace / name
            if not host.exists() or host.read_text() != text + "\n":
                raise Violation(f"{name} is not in the host's folder")


def main():
    kills, seed, seconds = (int(word) for word in sys.argv[1:] + ["5", "1", "100000"][len(sys.argv) - 1:])
    begun = time.monotonic()
    number = 0
    with Home() as home:
        world = World(home, seed)
        while number < kills and time.monotonic() - begun < seconds:
            number += 1
            started = time.monotonic()
            what = world.strike_template() if world.random.random() < 0.04 else world.strike()
            print(f"{number}: {what}", flush=True)
            print(f"   {world.check()} ({time.monotonic() - started:.0f} s)", flush=True)
        print(f"{number} kills with seed {seed}: nothing lost, {len(world.kept)} files in the guest, {len(world.synced)} in "
              f"step, {len(world.snapshots)} snapshots")


if __name__ == "__main__":
    main()
