"""`paddock ls` with 50 sandboxes of which 5 do not answer, against the start of the program and the time it may wait."""
import json
import statistics
import subprocess

import bench
from wardens import Wardens

wardens = Wardens(50, 5)


def run(*arguments):
    return subprocess.run([bench.BIN / "paddock", *arguments], env=wardens.environment, stdout=subprocess.PIPE, check=True).stdout


sandboxes = json.loads(run("ls", "--json"))["sandboxes"]
assert len(sandboxes) == 50, len(sandboxes)
assert sum(entry["state"] == "notAnswering" for entry in sandboxes) == 5, statistics.multimode(entry["state"] for entry in sandboxes)
start = bench.median(lambda: bench.seconds(lambda: run("version")))
value = bench.median(lambda: bench.seconds(lambda: run("ls", "--json")))
bench.report("ls", value * 1000, "ms", (start + 0.25) * 1000, at_most=400)
