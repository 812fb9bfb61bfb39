#!/usr/bin/env python3
"""Writes manifest.json of a guest image: what is in it and the checksum of each part.

usage: manifest.py FOLDER DIGEST RECIPE
"""
import datetime
import hashlib
import json
import pathlib
import sys


def pairs(path):
    return dict(line.split(" ", 1) for line in path.read_text().splitlines())


def part(path):
    with open(path, "rb") as file:
        return {"name": path.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def main(folder, digest, recipe):
    folder = pathlib.Path(folder)
    exported = folder / "exported"
    manifest = {
        "schema": 1,
        "digest": digest,
        "created": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "recipe": f"debian-{recipe}",
        "kernel": (exported / "kernel-version").read_text().strip(),
        "agents": pairs(exported / "agents"),
        "parts": [part(folder / name) for name in ("vmlinuz", "modules.cpio", "root.qcow2")],
        "packages": pairs(exported / "packages"),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
