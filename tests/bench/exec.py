"""Round trip of `true` through warden and guest agent, against a bare agent that spawns it over the raw port."""
import bench

with bench.sandbox() as home:
    bench.settle(home)

    def through_paddock():
        return bench.seconds(lambda: bench.Command(home, ["true"]).finish())

    through_paddock()
    value = bench.median(through_paddock, 21)
    options = bench.machine_options(home)
    home.paddock("stop", "bench", quiet=True)
    with bench.bare_machine(options) as bare:
        bare.boot()
        bare.connect()
        bare.command("spawn", 3)
        floor = bench.median(lambda: bench.seconds(lambda: bare.command("spawn", 3)), 21)
    bench.report("exec", value * 1000, "ms", floor * 1000, ratio_at_most=3)
