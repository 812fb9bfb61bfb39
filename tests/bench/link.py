"""Bulk bytes through an `exec` without a terminal in both directions, against the raw virtio-serial port."""
import bench

BYTES = 128 << 20
SCRIPT = "import os\nchunk = bytes(65536)\nleft = %d\nwhile left > 0: left -= os.write(1, chunk[:left])" % BYTES
SINK = "import os\nwhile os.read(0, 65536): pass"


def from_guest(home):
    command = bench.Command(home, ["python3", "-c", SCRIPT])
    frames = command.frames()
    got = 0
    started = None
    for channel, payload in frames:
        if channel == 1:
            started = started or bench.time.monotonic()
            got += len(payload)
            if got >= BYTES:
                return BYTES / (bench.time.monotonic() - started) / 1e6
    raise AssertionError("the output ended early")


def to_guest(home):
    command = bench.Command(home, ["python3", "-c", SINK])
    chunk = bytes(65536)
    started = bench.time.monotonic()
    for _ in range(BYTES // len(chunk)):
        command.send(0, chunk)
    command.send(3, b'{"eof":true}')
    command.finish()
    return BYTES / (bench.time.monotonic() - started) / 1e6


def raw(bare, direction):
    if direction == "from":
        return BYTES / bench.seconds(lambda: bare.command(f"send {BYTES}", BYTES)) / 1e6

    def push():
        bare.port.sendall(f"take {BYTES}\n".encode())
        chunk = bytes(65536)
        for _ in range(BYTES // len(chunk)):
            bare.port.sendall(chunk)
        bare.receive(3)
    return BYTES / bench.seconds(push) / 1e6


with bench.sandbox() as home:
    bench.settle(home)
    values = {"from": bench.median(lambda: from_guest(home), 3), "to": bench.median(lambda: to_guest(home), 3)}
    with bench.bare_machine(home) as bare:
        home.paddock("stop", "bench", quiet=True)
        bare.boot()
        bare.connect()
        for direction, value in values.items():
            floor = bench.median(lambda: raw(bare, direction), 3)
            bench.report(f"link {direction} guest", value, "MB/s", floor, ratio_at_least=0.6)
