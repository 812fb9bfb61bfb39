"""Output of a terminal in the guest to a client, against a bare reader of the same terminal inside the guest."""
import subprocess
import pathlib
import tempfile

import bench

BYTES = 50_000_000
LINE = "The quick brown fox jumps over the lazy dog, again and again and again."
WRITER = f"yes '{LINE}' | head -c {BYTES}"
TERMINAL = {"columns": 80, "rows": 24}


def through_paddock(home):
    command = bench.Command(home, ["sh", "-c", WRITER], TERMINAL)
    taken = bench.seconds(command.finish)
    assert command.output >= BYTES, command.output
    return BYTES / taken / 1e6


def bare_reader(home):
    """Seconds that a program in the guest needs for reading the same bytes from a terminal that it made."""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "reader"
        source = pathlib.Path(__file__).with_name("bare_reader.cpp")
        subprocess.run(["g++-14", "-std=c++20", "-O2", "-static", "-s", source, "-o", program], check=True)
        with open(program, "rb") as binary:
            subprocess.run([bench.BIN / "paddock", "exec", "-i", "bench", "sh", "-c", "cat >/tmp/reader && chmod +x /tmp/reader"],
                           stdin=binary, env=home.environment, check=True)

    def once():
        return BYTES / float(home.paddock("exec", "bench", "/tmp/reader", WRITER, quiet=True).stdout) / 1e6
    return bench.median(once, 3)


with bench.sandbox() as home:
    bench.settle(home)
    floor = bare_reader(home)
    bench.report("pty", bench.median(lambda: through_paddock(home), 3), "MB/s", floor, ratio_at_least=0.5)
