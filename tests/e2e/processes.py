"""The programs of Paddock that run for a test's home."""
import pathlib


def running():
    """Every process as (id, words of its command line)."""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if state != "Z":
                yield int(entry.name), words


def belongs(process, home):
    """Whether it was started with this home; a warden keeps others from looking."""
    try:
        return str(home.root) in pathlib.Path(f"/proc/{process}/environ").read_text(errors="replace")
    except OSError:
        return False


def processes(word, home):
    """Process ids whose program is called by the word and which belong to this home: by a path, or, for the confined QEMU, by
    the name of the machine."""
    machines = [f"guest=paddock-{directory.parent.name}," for directory in (home.root / "p").glob("**/sandboxes/*/sandbox.json")]
    return [process for process, words in running()
            if word in words[0] and (str(home.root) in " ".join(words) or any(machine in " ".join(words) for machine in machines)
                                     or word != "qemu-system" and belongs(process, home))]


def warden_of(identity):
    """The process id of a sandbox's warden."""
    return next((process for process, words in running() if words[0].endswith("paddock-warden") and words[1:2] == [identity]), None)


def machine_of(identity):
    """The process id of a sandbox's QEMU itself, not of the confinement around it."""
    return next((process for process, words in running()
                 if words[0].rsplit("/", 1)[-1].startswith("qemu-system") and any(f"guest=paddock-{identity}," in word for word in words)),
                None)
