#!/usr/bin/env bash
# Sets up, builds and tests everything; ends with CTest's own summary.
#
#   tests/run.sh                all tests, the unit tests also under the sanitizers
#   tests/run.sh --no-sanitize  all tests, without the sanitizers
#   tests/run.sh --quick        the unit tests only, without sanitizers and without a guest image
#   tests/run.sh -- ARG…        all tests of the dev preset with these arguments for CTest
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

quick=false
sanitize=true
case ${1:-} in
--no-sanitize) sanitize=false && shift ;;
--quick) quick=true && shift ;;
--) sanitize=false && shift ;; # somebody looks for one test
"") ;;
*) echo "usage: tests/run.sh [--quick|--no-sanitize] [-- CTEST-ARGS…]" >&2 && exit 2 ;;
esac
[[ ${1:-} == -- ]] && shift

step() { printf '\n== %s (%d min %d s)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/paddock/ccache} CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
export CTEST_OUTPUT_ON_FAILURE=1 CTEST_NO_TESTS_ACTION=error

build() { # PRESET BUILD-ARGS…
    step "Building $1"
    cmake --preset "$1" --log-level=WARNING
    cmake --build --preset "$1" "${@:2}" -- --quiet
}

step "Setting up"
packaging/setup.sh
image_log=build/guest-image.log
mkdir -p build
if ! $quick && [[ -z ${PADDOCK_IMAGE:-} ]]; then # made while the programs are compiled
    packaging/guest-image/build.sh >/dev/null 2>"$image_log" &
    image=$!
fi
if $quick; then
    build dev --target tests_unit
    step "Testing"
    exec ctest --preset dev --label-regex '^(unit|architecture)$' --parallel "$(nproc)" "$@"
fi

build dev
if [[ -z ${PADDOCK_IMAGE:-} ]]; then
    step "Making the guest image"
    wait "$image" || { cat "$image_log" && exit 1; }
    tail -n 1 "$image_log"
fi
PADDOCK_IMAGE=${PADDOCK_IMAGE:-$(packaging/guest-image/build.sh)}
export PADDOCK_IMAGE

if $sanitize; then
    build asan --target tests_unit
    step "Testing with the sanitizers"
    ctest --preset asan --parallel "$(nproc)"
fi

step "Testing"
exec ctest --preset dev --parallel "$(nproc)" "$@"
