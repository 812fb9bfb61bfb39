"""`paddock create` until the first `exec true` has answered, from a template, against a bare QEMU restoring the very same one."""
import json
import pathlib
import socket
import statistics
import subprocess
import time

import bench


def monitor(path):
    """A function that executes commands on QEMU's monitor, and one that waits for an event."""
    connection = socket.socket(socket.AF_UNIX)
    bench.until(lambda: connection.connect_ex(str(path)) == 0, 10, "QEMU's monitor")
    lines = connection.makefile()

    def execute(name, **arguments):
        connection.sendall(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
        while "return" not in (answer := json.loads(lines.readline())):
            assert "error" not in answer, answer

    def wait(event, **data):
        while True:
            answer = json.loads(lines.readline())
            if answer.get("event") == event and data.items() <= answer["data"].items():
                return

    lines.readline()
    execute("qmp_capabilities")
    return execute, wait


def bare_restore(home, arguments, state):
    """Seconds from the start of QEMU, with the arguments of a fork, to running virtual CPUs and a first byte of the guest."""
    run = home.root / "bare"
    run.mkdir(exist_ok=True)
    for socket_file in run.glob("*"):
        socket_file.unlink()
    started = time.monotonic()
    process = subprocess.Popen([*arguments, "-qmp", f"unix:{run}/qmp,server=on,wait=off"], stdin=subprocess.DEVNULL)
    try:
        execute, wait = monitor(run / "qmp")
        execute("migrate-set-capabilities", capabilities=[{"capability": "events", "state": True},
                                                          {"capability": "x-ignore-shared", "state": True}])
        execute("migrate-incoming", uri=f"file:{state}")
        wait("MIGRATION", status="completed")
        execute("cont")
        port = socket.socket(socket.AF_UNIX)
        port.connect(f"{run}/control.sock")
        port.settimeout(0.02)
        hello = b"PADDOCK?" + bytes([1, 1]) + bytes(6) + b"0123456789abcdef"
        while True:
            port.sendall(hello)
            try:
                if port.recv(1):
                    return time.monotonic() - started
            except TimeoutError:
                continue
    finally:
        process.kill()
        process.wait()


def bare_arguments(home):
    """The command line of a running fork, with sockets by path instead of descriptors and files by their own names."""
    identity = home.sandbox_directory().name
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        words = entry.read_bytes().decode(errors="replace").split("\0")[:-1]
        if words and words[0].endswith("qemu-system-x86_64") and any(f"paddock-{identity}" in word for word in words):
            break
    else:
        raise AssertionError("no QEMU of the fork")
    template = next(home.templates.glob("*/manifest.json")).parent
    folder = home.sandbox_directory()
    names = {"/vm/kernel": bench.IMAGE / "vmlinuz", "/vm/initrd": next((home.root / "p").glob("**/initrd/initrd-*.cpio")),
             "/vm/memory": template / "ram", "/vm/root.base-2": bench.IMAGE / "root.qcow2"}
    for disk in ("root", "docker", "work"):
        names |= {f"/vm/{disk}.base": template / f"{disk}.qcow2", f"/vm/{disk}.disk": folder / f"{disk}.qcow2"}
    result = []
    for word in words:
        for inside in sorted(names, key=len, reverse=True):
            word = word.replace(inside + '"', f'{names[inside]}"') if inside + '"' in word else word
            word = str(names[inside]) if word == inside else word
        if word.startswith("socket,id=port-"):
            word = f"socket,id={word.split(',')[1][3:]},path={home.root}/bare/{word.split(',')[1][8:]}.sock,server=on,wait=off"
        elif word.startswith(("socket,id=monitor", "socket,id=console")):
            word = f"null,id={word.split(',')[1][3:]}"
        result.append(word)
    at = result.index("-mon")
    del result[at:at + 2]
    at = result.index("-sandbox")
    del result[at:at + 2]
    return result, template / "state"


def fork(home, number):
    workspace = home.root / "src" / f"fork-{number}"
    workspace.mkdir()
    name = f"fork-{number}"
    started = time.monotonic()
    home.paddock("create", "shell", workspace, "--name", name, quiet=True)
    home.paddock("exec", name, "true", quiet=True)
    taken = time.monotonic() - started
    assert json.loads(home.paddock("inspect", name, "--json", quiet=True).stdout)["status"]["start"] == "fork"
    return taken


with bench.Home() as home:
    home.paddock("template", "warm", quiet=True)
    fork(home, 0)
    arguments, state = bare_arguments(home)
    with bench.bare_machine(bench.machine_options(home)) as bare:
        home.paddock("stop", "fork-0", quiet=True)
        bare.boot()
        bare.connect()
        bare.command("spawn", 3)
        spawn = bench.median(lambda: bench.seconds(lambda: bare.command("spawn", 3)), 5)
        bare.stop()
    floor = bench.median(lambda: bare_restore(home, arguments, state), 3) + spawn
    values = []
    for number in range(1, 6):
        values.append(fork(home, number))
        home.paddock("stop", "--force", f"fork-{number}", quiet=True)
    bench.report("fork", statistics.median(values), "s", floor, ratio_at_most=2.5, at_most=0.6)
