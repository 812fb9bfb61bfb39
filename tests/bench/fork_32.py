"""32 forks one after another, all left running: the last beside the first, and the memory of each when all are idle."""
import json
import time

import bench
import memory

COUNT = 32
NEAR = 3  # so many at each end, since a single one says little


def fork(home, number):
    workspace = home.root / "src" / f"fork-{number}"
    workspace.mkdir()
    started = time.monotonic()
    home.paddock("create", "shell", workspace, "--name", f"fork-{number}", quiet=True)
    home.paddock("exec", f"fork-{number}", "true", quiet=True)
    return time.monotonic() - started


def warden(home, number):
    return json.loads(home.paddock("inspect", f"fork-{number}", "--json", quiet=True).stdout)["status"]["pid"]


with bench.Home() as home:
    home.paddock("template", "warm", quiet=True)
    fork(home, "warm-up")
    home.paddock("rm", "--force", "fork-warm-up", quiet=True)
    taken = [fork(home, number) for number in range(COUNT)]
    median = bench.statistics.median
    bench.report("fork-32 last", median(taken[-NEAR:]), "s", median(taken[:NEAR]), ratio_at_most=2)
    sizes = [memory.of_sandbox(warden(home, number)) for number in range(COUNT)]
    whole = sum(sum(each.values()) for each in sizes) / COUNT
    machine = sum(memory.of_machine(each) for each in sizes) / COUNT
    bench.report("fork-32 memory of each", whole / 1e6, "MB", machine / 1e6, at_most=120)
