"""What processes take of the host's memory: proportional, so that what they share is counted once."""
import pathlib


def children():
    """The processes by their parents."""
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            found.setdefault(entry.read_text().rsplit(")", 1)[1].split()[1], []).append(entry.parent.name)
        except OSError:  # it has ended meanwhile
            continue
    return found


def proportional(pid):
    """PSS in bytes of one process."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    raise AssertionError(f"no Pss of {pid}")


def of_sandbox(warden):
    """PSS in bytes of a sandbox's processes, by program."""
    below = children()
    sizes, waiting = {}, [str(warden)]
    while waiting:
        pid = waiting.pop()
        waiting += below.get(pid, [])
        name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        sizes[name] = sizes.get(name, 0) + proportional(pid)
    return sizes


def of_machine(sizes):
    """What of that is the virtual machine itself."""
    return sum(size for name, size in sizes.items() if name.startswith(("qemu", "bwrap")))
