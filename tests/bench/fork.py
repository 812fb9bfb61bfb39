"""`paddock create` until the first `exec true` has answered, from a template, against a bare QEMU that restores the very same one
and spawns its first `true` through the least client there can be."""
import json
import statistics
import time

import bench
import restored


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


def bare(options):
    with restored.BareRestore(options) as machine:
        return machine.run("true")[0]


with bench.Home() as home:
    home.paddock("template", "warm", quiet=True)
    fork(home, 0)
    options = restored.ForkOptions(home)
    home.paddock("stop", "fork-0", quiet=True)
    floor = bench.median(lambda: bare(options))
    values = []
    for number in range(1, 6):
        values.append(fork(home, number))
        home.paddock("stop", "--force", f"fork-{number}", quiet=True)
    bench.report("fork", statistics.median(values), "s", floor, ratio_at_most=2.5, at_most=0.6)
