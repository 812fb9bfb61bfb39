"""What the benchmarks share: a home of their own, one sandbox, the bare machine that gives the floors, and the report."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from paddock_test import BIN, Home, until  # noqa: E402

IMAGE = pathlib.Path(os.environ["PADDOCK_IMAGE"])
REPEATS = 5


def report(name, value, unit, floor, *, ratio_at_most=None, ratio_at_least=None, at_most=None):
    """One JSON line: the median, the floor of the same run, their ratio, and whether the project's own bound holds."""
    ratio = value / floor
    good = ((ratio_at_most is None or ratio <= ratio_at_most) and (ratio_at_least is None or ratio >= ratio_at_least)
            and (at_most is None or value <= at_most))
    print(json.dumps({"name": name, "value": round(value, 4), "unit": unit, "floor": round(floor, 4), "ratio": round(ratio, 2),
                      "good": good}), flush=True)


def seconds(action):
    started = time.monotonic()
    action()
    return time.monotonic() - started


def median(action, repeats=REPEATS):
    return statistics.median(action() for _ in range(repeats))


@contextlib.contextmanager
def sandbox():
    """A home with one running sandbox of the shell agent; `settle` waits for its dockerd."""
    home = Home()
    try:
        home.paddock("config", "set", "templates.automatic", "false", quiet=True)  # would boot a second machine meanwhile
        home.paddock("run", "shell", home.workspace, "--name", "bench", "--detach", quiet=True, seconds=300)
        home.paddock("exec", "bench", "true", quiet=True)
        yield home
    finally:
        home.__exit__(None, None, None)


def settle(home):
    until(lambda: home.call("status")["docker"] != "starting", 180, "dockerd settled")


def machine_options(home):
    """The options of the running sandbox's QEMU that say which machine it is, so that the bare one is the same."""
    warden = str(home.call("status")["pid"])
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            if not pathlib.Path(words[0]).name.startswith("qemu-system-") or not descends(entry.name, warden):
                continue
        except OSError:  # it has ended meanwhile
            continue
        options = {word: words[at + 1] for at, word in enumerate(words) if word in ("-machine", "-accel", "-cpu", "-smp", "-m")}
        options["-machine"] = ",".join(part for part in options["-machine"].split(",") if not part.startswith("memory-backend="))
        return [words[0], *(word for pair in options.items() for word in pair)]
    raise AssertionError("the sandbox runs without a QEMU")


def descends(pid, ancestor):
    while pid not in ("0", "1", ancestor):
        pid = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1]
    return pid == ancestor


class BareMachine:
    """The same kernel and machine with the least possible guest; `companion` is a program that has the control port."""

    def __init__(self, options, companion=None):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pdkbench"))
        self.arguments = [*options, "-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio",
                          "-kernel", IMAGE / "vmlinuz", "-initrd", self.initrd(companion), "-append", "console=ttyS0 quiet panic=-1",
                          "-drive", f"file={IMAGE}/root.qcow2,if=virtio,snapshot=on", "-device", "virtio-serial-pci"]
        for name in ("raw", "control"):
            self.arguments += ["-chardev", f"socket,id={name},path={self.root}/{name},server=on,wait=off",
                               "-device", f"virtserialport,chardev={name},name=org.paddock.{name}"]
        self.process = None
        self.port = None

    def initrd(self, companion):
        source = pathlib.Path(__file__).with_name("bare_guest.cpp")
        subprocess.run(["g++-14", "-std=c++20", "-O2", "-static", "-s", source, "-o", self.root / "init"], check=True)
        names = ["init"]
        if companion:
            shutil.copy(companion, self.root / "companion")
            names.append("companion")
        part = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], input="\n".join(names).encode(), cwd=self.root,
                              stdout=subprocess.PIPE, check=True).stdout
        whole = self.root / "initrd"
        whole.write_bytes((IMAGE / "modules.cpio").read_bytes() + part)
        return whole

    def boot(self):
        """Seconds from the start of QEMU to user space."""
        started = time.monotonic()
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for line in self.process.stdout:
            if b"UP" in line:
                return time.monotonic() - started
        raise AssertionError(f"the bare machine did not start: {self.process.stderr.read().decode()}")

    def connect(self):
        """Connects and asks until the guest answers: what is sent before it has opened its end may be lost."""
        self.port = socket.socket(socket.AF_UNIX)
        self.port.connect(f"{self.root}/raw")
        self.port.settimeout(0.1)
        answers = b""
        for number in range(600):
            self.port.sendall(f"ping {number}\n".encode())
            with contextlib.suppress(TimeoutError):
                answers += self.port.recv(4096)
            if b"pong" in answers:
                break
        self.port.settimeout(120)
        while not answers.endswith(f"pong {number}\n".encode()):
            chunk = self.port.recv(4096)
            assert chunk, "the bare machine ended"
            answers += chunk

    def command(self, line, answer_bytes):
        self.port.sendall(line.encode() + b"\n")
        self.receive(answer_bytes)

    def receive(self, count):
        while count > 0:
            chunk = self.port.recv(min(count, 1 << 18))
            assert chunk, "the bare machine ended"
            count -= len(chunk)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.communicate()

    def close(self):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)


@contextlib.contextmanager
def bare_machine(options, companion=None):
    machine = BareMachine(options, companion)
    try:
        yield machine
    finally:
        machine.close()


class Command:
    """One `exec` through the warden's local API, without a client's start in the figure."""

    def __init__(self, home, argv, terminal=None):
        self.path = next((home.root / "p").glob("**/warden.sock"))
        self.control = self.open()
        self.control.sendall(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "exec", "params": {
            "argv": argv, "terminal": terminal}}).encode() + b"\n")
        ticket = json.loads(self.control.makefile().readline())["result"]["ticket"]
        self.data = self.open()
        self.data.sendall(json.dumps({"ticket": ticket}).encode() + b"\n")
        self.pending = b""
        self.output = 0

    def open(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(300)
        connection.connect(str(self.path))
        return connection

    def send(self, channel, payload):
        self.data.sendall(bytes([channel]) + len(payload).to_bytes(4, "little") + payload)

    def frames(self):
        while chunk := self.data.recv(1 << 18):
            self.pending += chunk
            at = 0
            while len(self.pending) - at >= 5:
                size = int.from_bytes(self.pending[at + 1:at + 5], "little")
                if len(self.pending) - at < 5 + size:
                    break
                yield self.pending[at], self.pending[at + 5:at + 5 + size]
                at += 5 + size
            self.pending = self.pending[at:]

    def finish(self):
        """Reads to the command's end and returns its exit object; `output` counts the bytes of standard output."""
        for channel, payload in self.frames():
            if channel == 1:
                self.output += len(payload)
            elif channel == 3 and b'"exit"' in payload or channel == 3 and b'"failed"' in payload:
                self.data.close()
                self.control.close()
                return json.loads(payload)
        raise AssertionError("the command's connection ended without an exit code")
