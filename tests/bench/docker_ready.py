"""From `paddock create` until the fork's docker.sock has answered `GET /_ping`, and `docker info`; each in a fork of its own,
against a bare QEMU that restores the same template and runs the same program in it."""
import time

import bench
import restored

PING = ("curl", "-sS", "--fail", "--unix-socket", "/run/docker.sock", "http://docker/_ping")
INFO = ("docker", "info", "--format", "{{.ServerVersion}}")
RUNS = 3


def fork(home, name, command):
    workspace = home.root / "src" / name
    workspace.mkdir()
    started = time.monotonic()
    home.paddock("create", "shell", workspace, "--name", name, quiet=True)
    answer = home.paddock("exec", name, *command, quiet=True).stdout
    taken = time.monotonic() - started
    home.paddock("rm", "--force", name, quiet=True)
    assert answer.strip(), command
    return taken


def bare(options, command):
    with restored.BareRestore(options) as machine:
        taken, answer = machine.run(*command)
    assert answer.strip(), command
    return taken


with bench.Home() as home:
    home.paddock("template", "warm", quiet=True)
    home.paddock("create", "shell", home.workspace, "--name", "first", quiet=True)
    options = restored.ForkOptions(home)
    home.paddock("rm", "--force", "first", quiet=True)
    for name, command, most in (("docker-ready ping", PING, 1.0), ("docker-ready info", INFO, 2.0)):
        floor = bench.median(lambda: bare(options, command), RUNS)
        values = [fork(home, f"{name.split()[-1]}-{number}", command) for number in range(RUNS)]
        bench.report(name, bench.statistics.median(values), "s", floor, at_most=most)
