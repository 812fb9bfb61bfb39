"""`paddock suspend`, and `paddock resume` until a command has answered, against a bare QEMU that saves and loads the same image."""
import os
import time

import bench
import restored

RUNS = 3


class BareResume(restored.BareRestore):
    """A machine that goes on from a suspended sandbox's own image."""

    def load(self, options):
        self.monitor.capabilities("mapped-ram")
        self.monitor.execute("migrate-incoming", uri=f"file:{options.state}")
        self.monitor.wait("MIGRATION", status="completed")
        self.monitor.execute("cont")

    def save(self):
        """Seconds until the image is on the disk and QEMU has ended."""
        path = self.folder / "saved"
        started = time.monotonic()
        self.monitor.execute("stop")
        self.monitor.capabilities("mapped-ram")
        self.monitor.execute("migrate-set-parameters", **{"max-bandwidth": 1 << 40, "downtime-limit": 300})
        self.monitor.execute("migrate", uri=f"file:{path}")
        self.monitor.wait("MIGRATION", status="completed")
        with open(path, "rb") as image:
            os.fsync(image.fileno())
        self.monitor.execute("quit")
        self.process.wait()
        return time.monotonic() - started


def suspend(home):
    return bench.seconds(lambda: home.paddock("suspend", "bench", quiet=True))


def resume(home):
    started = time.monotonic()
    home.paddock("resume", "bench", quiet=True)
    home.paddock("exec", "bench", "true", quiet=True)
    taken = time.monotonic() - started
    assert home.call("status")["start"] == "resume"
    return taken


def bare(options):
    with BareResume(options) as machine:
        return machine.run("true")[0], machine.save()


with bench.Home() as home:
    home.paddock("template", "warm", quiet=True)
    home.paddock("create", "shell", home.workspace, "--name", "bench", quiet=True)
    home.paddock("exec", "bench", "sh", "-c", "git --version; node --version; python3 --version", quiet=True)
    saved, loaded = [], []
    for number in range(RUNS):
        saved.append(suspend(home))
        image = home.sandbox_directory() / "suspended" / "state"
        kept = home.root / "state"
        kept.unlink(missing_ok=True)
        kept.hardlink_to(image)
        loaded.append(resume(home))
    options = restored.ForkOptions(home)
    options.state = kept
    options.disks = {name: home.sandbox_directory() / name for name in options.disks}
    home.paddock("stop", "--force", "bench", quiet=True)
    floors = [bare(options) for _ in range(RUNS)]
    median = bench.statistics.median
    bench.report("suspend", median(saved), "s", median(floor for _, floor in floors), ratio_at_most=2)
    bench.report("resume", median(loaded), "s", median(floor for floor, _ in floors), ratio_at_most=2)
