#!/usr/bin/env python3
"""Writes the initrd part with the modules that the guest loads before it can see its root file system.

usage: early_modules.py EXPORTED LIST OUTPUT

Modules are stored decompressed as /modules/NAME.ko; /modules/load.list names the files in the order of loading.
"""
import lzma
import pathlib
import subprocess
import sys
import tempfile


def dependencies(folder):
    """Maps a module's file to the files it needs, nearest first, as depmod wrote them."""
    needs = {}
    for line in (folder / "modules.dep").read_text().splitlines():
        file, _, rest = line.partition(":")
        needs[file] = rest.split()
    return needs


def name_of(file):
    return pathlib.PurePath(file).name.split(".")[0].replace("-", "_")


def loading_order(folder, names):
    needs = dependencies(folder)
    files = {name_of(file): file for file in needs}
    built_in = {name_of(file) for file in (folder / "modules.builtin").read_text().split()}
    soft = soft_dependencies(folder)
    order = []

    def add(file):
        for needed in reversed(needs[file]):
            add(needed)
        for name in soft.get(name_of(file), []):
            if name in files:
                add(files[name])
        if file not in order:
            order.append(file)

    for name in names:
        if name in files:
            add(files[name])
        elif name not in built_in:
            sys.exit(f"early_modules: this kernel has no module {name}")
    return order


def soft_dependencies(folder):
    """ "softdep ext4 pre: crc32c" in modules.softdep, with aliases resolved by the part of the name that drivers share."""
    soft = {}
    for line in (folder / "modules.softdep").read_text().splitlines():
        words = line.split()
        if len(words) > 3 and words[0] == "softdep" and words[2] == "pre:":
            soft[words[1].replace("-", "_")] = [word.replace("-", "_") for word in words[3:] if word != "post:"]
    return soft


def decompressed(path):
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()


def main(exported, listing, output):
    folder = pathlib.Path(exported) / "modules"
    lines = pathlib.Path(listing).read_text().splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    order = loading_order(folder, names)
    with tempfile.TemporaryDirectory() as work:
        target = pathlib.Path(work) / "modules"
        target.mkdir(mode=0o755)
        for file in order:
            (target / (name_of(file) + ".ko")).write_bytes(decompressed(folder / file))
        (target / "load.list").write_text("".join(name_of(file) + ".ko\n" for file in order))
        entries = ["modules"] + sorted(f"modules/{path.name}" for path in target.iterdir())
        with open(output, "wb") as archive:
            subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0", "--reproducible"],
                           input="\n".join(entries).encode(), cwd=work, stdout=archive, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
