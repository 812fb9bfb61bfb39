#!/usr/bin/env python3
"""Writes the kernel inside a bzImage decompressed, which QEMU starts through its PVH entry: a second less under emulation.

usage: unpack_kernel.py BZIMAGE OUTPUT

A kernel that is packed in another way, or has no PVH entry, is copied as it is.
"""
import pathlib
import struct
import subprocess
import sys

MAGICS = {b"\x28\xb5\x2f\xfd": ["zstd", "-dcq"], b"\xfd7zXZ\0": ["xz", "-dcq"], b"\x1f\x8b\x08": ["gzip", "-dcq"]}
PVH_NOTE = struct.pack("<III", 4, 8, 18) + b"Xen\0"
PVH_NOTE_SHORT = struct.pack("<III", 4, 4, 18) + b"Xen\0"


def unpacked(image):
    for magic, tool in MAGICS.items():
        at = image.find(magic)
        while at >= 0:
            found = subprocess.run(tool, input=image[at:], capture_output=True, check=False).stdout
            if found.startswith(b"\x7fELF") and (PVH_NOTE in found or PVH_NOTE_SHORT in found):
                return found
            at = image.find(magic, at + 1)
    return image


def main(source, target):
    pathlib.Path(target).write_bytes(unpacked(pathlib.Path(source).read_bytes()))


if __name__ == "__main__":
    main(*sys.argv[1:])
