#!/usr/bin/env bash
# Every C++ file is formatted as .clang-format says.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -d '' files < <(git ls-files -z -- '*.h' '*.cpp')
((${#files[@]})) || { echo "no C++ file is known to git"; exit 1; }
printf '%s\0' "${files[@]}" | xargs -0 -n 25 -P "$(nproc)" clang-format-19 --dry-run -Werror
