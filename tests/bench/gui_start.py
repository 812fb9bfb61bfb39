"""First paint of the desktop's window with 50 sandboxes, against an empty window of the same toolkit, both offscreen."""
import subprocess

import bench
from wardens import Wardens

wardens = Wardens(50, 0)
program = bench.BIN / "bench_gui_start"


def first_paint(*arguments):
    with subprocess.Popen([program, *arguments], env=wardens.environment, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"painted\n"
        painted = bench.time.monotonic()
    return painted


def taken(*arguments):
    started = bench.time.monotonic()
    return first_paint(*arguments) - started


first_paint()
floor = bench.median(lambda: taken("--bare"))
value = bench.median(taken)
bench.report("gui-start", value * 1000, "ms", floor * 1000, at_most=400)
