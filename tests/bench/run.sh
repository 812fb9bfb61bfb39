#!/usr/bin/env bash
# Runs the benchmarks, all or those named; each prints JSON lines with value, floor, ratio and the project's own limit.
#
#   tests/bench/run.sh [fork] [fork-32] [docker-ready] [agent-ready] [suspend] [snapshot-pause] [boot] [exec] [pty] [link] [ls] [gui-start]
#
# Floors are measured in the same run on the same machine: the figures mean something only beside them. On a busy machine
# neither does.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/paddock/ccache} CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

packaging/setup.sh
PADDOCK_IMAGE=${PADDOCK_IMAGE:-$(packaging/guest-image/build.sh)}
export PADDOCK_IMAGE PADDOCK_BIN=${PADDOCK_BIN:-$root/build/release/bin} PYTHONDONTWRITEBYTECODE=1
if [[ $PADDOCK_BIN == "$root/build/release/bin" ]]; then
    { cmake --preset release -DPADDOCK_TESTS=OFF --log-level=WARNING && cmake --build --preset release --target all bench_programs -- --quiet; } >&2
fi
(($#)) || set -- fork fork-32 docker-ready suspend snapshot-pause boot exec pty link ls gui-start
for name in "$@"; do python3 "tests/bench/${name//-/_}.py"; done
