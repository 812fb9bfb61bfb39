"""Cold boot of a stopped sandbox until `exec true` has answered, against the same kernel reaching a bare user space."""
import bench


def cold_boot(home):
    home.paddock("stop", "bench", quiet=True)
    return bench.seconds(lambda: home.paddock("exec", "bench", "true", quiet=True))


with bench.sandbox() as home:
    options = bench.machine_options(home)
    home.paddock("stop", "bench", quiet=True)
    with bench.bare_machine(options) as bare:
        def floor():
            taken = bare.boot()
            bare.stop()
            return taken

        least = bench.median(floor, 3)
    bench.report("boot", bench.median(lambda: cold_boot(home), 3), "s", least, ratio_at_most=2.5)
