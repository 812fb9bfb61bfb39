#!/usr/bin/env bash
# The guest image: kernel (vmlinuz, decompressed where that boots faster), initrd part with early modules (modules.cpio),
# root file system (root.qcow2) and manifest.json. Made once for each content of this folder and then taken from the cache.
#
#   packaging/guest-image/build.sh [IMAGES]     leaves it in IMAGES/<digest>; IMAGES defaults to the cache itself
#   packaging/guest-image/build.sh --digest     prints the name that the image has or would have
#
# Standard output is the image's directory alone; standard error has lines "progress: PERCENT text". Needs no root, no
# loop device and no mount of its own.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PATH=$PATH:/usr/sbin:/sbin

fail() { printf 'guest-image: %s\n' "$*" >&2; exit 1; }
progress() { printf 'progress: %s %s\n' "$1" "$2" >&2; }

# This file is left out: where an image is kept does not change what is in it.
recipe_digest() {
    (cd "$here" && dpkg --print-architecture && sha256sum -- *.list recipe.sh customize.sh *.py) | sha256sum | cut -c1-16
}

check_tools() {
    local tool
    for tool in mmdebstrap mke2fs qemu-img cpio zstd python3; do
        command -v "$tool" >/dev/null || fail "$tool is missing; packaging/setup.sh installs it"
    done
    (($(df --output=avail -BG "$1" | tail -n1 | tr -dc 0-9) >= 8)) || fail "8 GB of free space are needed in $1"
}

make_image() { # FINAL
    local work=${1%/*}/.${1##*/}.part started=$SECONDS
    check_tools "${1%/*}"
    rm -rf "$work" && mkdir "$work"
    "$here/recipe.sh" "$work" "${1##*/}"
    rm -rf "$1" && mv "$work" "$1"
    progress 100 "Image ready after $((SECONDS - started)) s"
}

keep_in() { # IMAGES: a second name for the same files where that works, else a copy
    local copy=$1/.$digest.copy
    [[ ! -f $1/$digest/manifest.json ]] || return 0
    progress 99 "Keeping the image in $1"
    rm -rf "$copy" "${1:?}/$digest"
    cp -al "$cache/$digest" "$copy" 2>/dev/null || { rm -rf "$copy" && cp -a --reflink=auto "$cache/$digest" "$copy"; }
    mv "$copy" "$1/$digest"
}

digest=$(recipe_digest)
[[ ${1:-} == --digest ]] && { echo "$digest"; exit 0; }
cache=${XDG_CACHE_HOME:-$HOME/.cache}/paddock/images
mkdir -p "$cache" "${1:-$cache}"
images=$(cd "${1:-$cache}" && pwd)
exec {lock}>"$cache/.lock"
flock -n "$lock" || { progress 0 "Waiting for another build" && flock "$lock"; }
[[ -f $cache/$digest/manifest.json ]] || make_image "$cache/$digest"
[[ $images -ef $cache ]] || keep_in "$images"
echo "$images/$digest"
