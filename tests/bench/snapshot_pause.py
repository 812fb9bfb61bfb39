"""How long a sandbox of 2 GiB stands still for a snapshot while a program in it keeps changing 400 MB; the floor is the same one idle."""
import json

import bench

RUNS = 3
WRITER = "import time\nb = bytearray(400 << 20)\nopen('ready', 'w').close()\nwhile True:\n" \
         "    for i in range(0, len(b), 4096): b[i] = (b[i] + 1) & 255\n    time.sleep(0.05)\n"


def pause(home):
    taken = json.loads(home.paddock("snapshot", "bench", "--json", quiet=True).stdout)["snapshot"]
    home.paddock("snapshots", "bench", "--remove", taken["name"], quiet=True)
    return taken["pauseMs"] / 1000


with bench.sandbox() as home:
    bench.settle(home)
    idle = bench.median(lambda: pause(home), RUNS)
    (home.workspace / "writer.py").write_text(WRITER)
    home.call("sync.now")
    home.paddock("exec", "bench", "sh", "-c", "setsid python3 writer.py >/dev/null 2>&1 </dev/null &", quiet=True)
    bench.until(lambda: home.paddock("exec", "bench", "test", "-e", "ready", check=False, quiet=True).returncode == 0, 120,
                "400 MB are being changed")
    bench.report("snapshot-pause", bench.median(lambda: pause(home), RUNS), "s", idle, at_most=0.5)
