#!/usr/bin/env bash
# From a fresh clone to an agent at work: installs what is needed, builds Paddock and its guest image, opens the folder.
#
#   packaging/run.sh [--terminal] [--accept-emulation] [AGENT] [FOLDER] [-- AGENT-ARGS…]
#
# AGENT is claude (the default), codex, gemini or shell; FOLDER is the current directory unless given. With a display the
# desktop opens on the folder; without one, with --terminal or with arguments for the agent, the agent is attached in this
# terminal. --accept-emulation says yes in advance to machines without hardware virtualisation. A second call finds everything done and takes a moment.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$root/build/release/bin

say() { printf 'paddock: %s\n' "$*" >&2; }
usage() { sed -n '4p' "${BASH_SOURCE[0]}" | sed 's/^# *//' >&2 && exit 2; }

terminal=false
emulation=false
words=()
while (($#)) && [[ $1 != -- ]]; do
    case $1 in
    --terminal) terminal=true ;;
    --accept-emulation) emulation=true ;;
    -*) usage ;;
    *) words+=("$1") ;;
    esac
    shift
done
((${#words[@]} <= 2)) || usage
[[ ${1:-} != -- ]] || shift
[[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] && (($# == 0)) || terminal=true
agent=${words[0]:-claude}
folder=${words[1]:-$PWD}
[[ -d $folder ]] || { say "there is no folder $folder" && exit 2; }
folder=$(cd "$folder" && pwd)

export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/paddock/ccache} CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compiled() { # of ninja's percentages every tenth is told
    local line next=10
    while IFS= read -r line; do
        [[ $line =~ ^\ *([0-9]+)%\  ]] && ((BASH_REMATCH[1] >= next)) || continue
        say "building: ${BASH_REMATCH[1]} %"
        next=$((BASH_REMATCH[1] / 10 * 10 + 10))
    done
}
compile() {
    say "building the programs (the first time takes some minutes)"
    (cd "$root" && cmake --preset release -DPADDOCK_TESTS=OFF --log-level=WARNING && NINJA_STATUS='%p ' cmake --build --preset release) \
        2>&1 | tee "$work/build.log" | compiled || { tail -n 40 "$work/build.log" >&2 && say "the build failed; its last lines are above" && exit 1; }
}

# The image is made while the programs are compiled: one mostly waits for the network, the other for the processor.
"$root/packaging/setup.sh"
if [[ -z ${PADDOCK_IMAGE:-} ]]; then
    "$root/packaging/guest-image/build.sh" 2>"$work/image.log" >/dev/null &
    image=$!
    compile
    [[ -d ${XDG_CACHE_HOME:-$HOME/.cache}/paddock/images/$("$root/packaging/guest-image/build.sh" --digest) ]] ||
        { say "making the guest image" && tail -n +1 -f --pid=$image "$work/image.log" >&2; }
    wait $image || { tail -n 30 "$work/image.log" >&2 && exit 1; }
    "$bin/paddock" image build >/dev/null
else
    compile
fi

! $emulation || "$bin/paddock" config set acceleration.accept_emulation true
rm -rf "$work"
if $terminal; then
    exec "$bin/paddock" run "$agent" "$folder" ${1+-- "$@"}
fi
say "opening $folder with $agent in the desktop; --terminal stays in this terminal"
exec "$bin/paddock-desktop" --run "$agent" "$folder"
