"""A bare QEMU that restores the very template of a fork, with nothing of Paddock around it: the floor of what forks do."""
import json
import pathlib
import socket
import subprocess
import time

import bench


class Monitor:
    """QEMU's monitor, without a word too many."""

    def __init__(self, path):
        connection = socket.socket(socket.AF_UNIX)
        while connection.connect_ex(str(path)) != 0:  # at once: this is measured
            time.sleep(0.001)
        self.connection = connection
        self.lines = connection.makefile()
        self.lines.readline()
        self.execute("qmp_capabilities")

    def execute(self, name, **arguments):
        self.connection.sendall(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
        while "return" not in (answer := json.loads(self.lines.readline())):
            assert "error" not in answer, answer

    def capabilities(self, *names):
        self.execute("migrate-set-capabilities", capabilities=[{"capability": name, "state": True} for name in ("events", *names)])

    def wait(self, event, **data):
        while True:
            answer = json.loads(self.lines.readline())
            if answer.get("event") == event and data.items() <= answer["data"].items():
                return


class ForkOptions:
    """The command line of a running fork, with sockets by path instead of descriptors and files by their own names."""

    def __init__(self, home):
        identity = home.sandbox_directory().name
        self.folder = home.root / "bare"
        self.template = next(home.templates.glob("*/manifest.json")).parent
        self.disks = {f"{disk}.qcow2": self.template / f"{disk}.qcow2" for disk in ("root", "docker", "work")}
        names = {"/vm/kernel": bench.IMAGE / "vmlinuz", "/vm/initrd": next((home.root / "p").glob("**/initrd/initrd-*.cpio")),
                 "/vm/memory": self.template / "ram", "/vm/root.base-2": bench.IMAGE / "root.qcow2"}
        for disk in ("root", "docker", "work"):
            names |= {f"/vm/{disk}.base": self.disks[f"{disk}.qcow2"], f"/vm/{disk}.disk": self.folder / f"{disk}.qcow2"}
        self.arguments = [self.translated(word, names) for word in self.words(identity)]
        for option in ("-mon", "-sandbox"):
            at = self.arguments.index(option)
            del self.arguments[at:at + 2]

    @staticmethod
    def words(identity):
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            words = entry.read_bytes().decode(errors="replace").split("\0")[:-1]
            if words and words[0].endswith("qemu-system-x86_64") and any(f"paddock-{identity}" in word for word in words):
                return words
        raise AssertionError("no QEMU of the fork")

    def translated(self, word, names):
        for inside in sorted(names, key=len, reverse=True):
            word = word.replace(f'{inside}"', f'{names[inside]}"')
            word = str(names[inside]) if word == inside else word
        if word.startswith("socket,id=port-"):
            name = word.split(",")[1].removeprefix("id=port-")
            return f"socket,id=port-{name},path={self.folder}/{name}.sock,server=on,wait=off"
        if word.startswith(("socket,id=monitor", "socket,id=console")):
            return f"null,id={word.split(',')[1].removeprefix('id=')}"
        return word


class BareRestore:
    """From `started` on, a machine that goes on where the template was frozen, on new disks."""

    def __init__(self, options):
        self.folder = options.folder
        self.folder.mkdir(exist_ok=True)
        for old in self.folder.glob("*"):
            old.unlink()
        for name, base in options.disks.items():
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base, self.folder / name], check=True)
        self.started = time.monotonic()
        self.process = subprocess.Popen([*options.arguments, "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"],
                                        stdin=subprocess.DEVNULL)
        self.monitor = Monitor(self.folder / "qmp")
        self.load(options)

    def load(self, options):
        self.monitor.capabilities("x-ignore-shared")
        self.monitor.execute("migrate-incoming", uri=f"file:{options.template}/state")
        self.monitor.wait("MIGRATION", status="completed")
        self.monitor.execute("cont")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def command(self, *words):
        """What runs a program in it, as the user agent."""
        return [bench.BIN / "bench_bare_exec", self.folder / "control.sock", *words]

    def run(self, *words):
        """The seconds from `started` to the program's end, and what it wrote."""
        done = subprocess.run(self.command(*words), check=True, stdout=subprocess.PIPE)
        return time.monotonic() - self.started, done.stdout
