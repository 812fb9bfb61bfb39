"""The bulk stream of core/link over a virtio-serial port, against the same port raw, in one machine and by turns.

What users get of it comes beside it: bytes through `paddock exec`, which is the link, two pipes and the client more.
"""
import subprocess

import bench

BYTES = 128 << 20
CHUNK = bytes(65536)


def raw(bare, direction):
    if direction == "from":
        return bench.seconds(lambda: bare.command(f"send {BYTES}", BYTES))

    def push():
        bare.port.sendall(f"take {BYTES}\n".encode())
        for _ in range(BYTES // len(CHUNK)):
            bare.port.sendall(CHUNK)
        bare.receive(3)
    return bench.seconds(push)


def linked(client, direction):
    client.stdin.write(f"{direction} {BYTES}\n")
    client.stdin.flush()
    return float(client.stdout.readline())


def through_exec(home, direction):
    command = ["head", "-c", str(BYTES), "/dev/zero"] if direction == "from" else ["sh", "-c", "cat >/dev/null"]
    source = subprocess.Popen(["head", "-c", str(BYTES if direction == "to" else 0), "/dev/zero"], stdout=subprocess.PIPE)
    return bench.seconds(lambda: subprocess.run([bench.BIN / "paddock", "exec", "-i", "bench", *command], stdin=source.stdout,
                                                stdout=subprocess.DEVNULL, env=home.environment, check=True))


def rate(seconds):
    return BYTES / seconds / 1e6


with bench.sandbox() as home:
    bench.settle(home)
    options = bench.machine_options(home)
    piped = {direction: bench.median(lambda: rate(through_exec(home, direction)), 3) for direction in ("from", "to")}

with bench.bare_machine(options, bench.BIN / "bench_bulk_guest") as bare:
    bare.boot()
    bare.connect()
    with subprocess.Popen([bench.BIN / "bench_bulk_host", bare.root / "control"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as client:
        for direction in ("from", "to"):
            pairs = [(rate(raw(bare, direction)), rate(linked(client, direction))) for _ in range(5)]
            floor, value = (bench.statistics.median(figures) for figures in zip(*pairs))
            bench.report(f"link {direction} guest", value, "MB/s", floor, ratio_at_least=0.6)
            bench.report(f"exec-pipe {direction} guest", piped[direction], "MB/s", floor)
        client.stdin.close()
