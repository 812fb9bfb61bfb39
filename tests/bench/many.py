"""24 sandboxes with an idle shell agent on one machine of 24 GiB, one of them hung on purpose. By hand, not in CI: it takes all
the memory there is. `paddock ls` stays quick, every other sandbox still answers, and the memory is reported."""
import json
import os
import signal
import socket
import statistics

import bench
import memory

COUNT = 24


class Sandbox:
    def __init__(self, home, number):
        self.home, self.name = home, f"many-{number}"
        workspace = home.root / "src" / self.name
        workspace.mkdir()
        home.paddock("create", "shell", workspace, "--name", self.name, quiet=True)
        shown = json.loads(home.paddock("inspect", self.name, "--json", quiet=True).stdout)
        self.pid, self.socket = shown["status"]["pid"], shown["socket"]
        self.open_agent()

    def open_agent(self):
        """Its terminal goes on without anyone looking at it."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            connection.sendall(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "terminal.open", "params": {
                "kind": "agent", "columns": 80, "rows": 24}}).encode() + b"\n")
            answer = json.loads(connection.makefile().readline())
        assert "result" in answer, answer

    def answers(self):
        return bench.seconds(lambda: self.home.paddock("exec", self.name, "true", quiet=True))


def states(home):
    return {entry["name"]: entry["state"] for entry in json.loads(home.paddock("ls", "--json", quiet=True).stdout)["sandboxes"]}


with bench.Home() as home:
    home.paddock("template", "warm", quiet=True)
    sandboxes = [Sandbox(home, number) for number in range(COUNT)]
    hung, others = sandboxes[0], sandboxes[1:]
    alone = statistics.median(sandbox.answers() for sandbox in others)
    sizes = [memory.of_sandbox(sandbox.pid) for sandbox in sandboxes]
    start = bench.median(lambda: bench.seconds(lambda: home.paddock("version", quiet=True)))
    os.kill(hung.pid, signal.SIGSTOP)
    try:
        listing = bench.median(lambda: bench.seconds(lambda: states(home)))
        found = states(home)
        beside = statistics.median(sandbox.answers() for sandbox in others)
    finally:
        os.kill(hung.pid, signal.SIGCONT)
    assert found.pop(hung.name) == "notAnswering", found
    assert set(found.values()) == {"running"}, found
    bench.report("many ls", listing * 1000, "ms", (start + 0.25) * 1000, at_most=400)
    bench.report("many exec beside a hung one", beside, "s", alone, ratio_at_most=2)
    bench.report("many memory of all", sum(sum(each.values()) for each in sizes) / 1e6, "MB",
                 sum(memory.of_machine(each) for each in sizes) / 1e6)
