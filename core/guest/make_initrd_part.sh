#!/bin/sh
# Packs the guest agent as /init of an initrd part: make_initrd_part.sh AGENT OUTPUT.cpio
# The kernel opens /dev/console itself, from the node in its built-in initramfs; the agent mounts the rest.
set -eu
work=$(mktemp -d "${2}.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/dev" "$work/newroot"
cp "$1" "$work/init"
chmod 0755 "$work" "$work/init" "$work/dev" "$work/newroot"
touch -d @0 "$work/init" "$work/dev" "$work/newroot" "$work"
(cd "$work" && printf '%s\n' . ./dev ./init ./newroot | cpio --quiet --reproducible -R 0:0 -o -H newc) >"$2.new"
mv "$2.new" "$2"
