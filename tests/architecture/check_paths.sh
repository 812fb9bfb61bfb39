#!/usr/bin/env bash
# No file of the project names the directory that this clone, or this user's home, happens to be in.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
! git grep -n --fixed-strings -e "$PWD/" || exit 1
[[ $HOME == / || $HOME == /root ]] || ! git grep -n --fixed-strings -e "$HOME/" || exit 1
