#!/usr/bin/env bash
# Every text of the desktop stands in every translation, and is translated. Usage: check_translations.sh LUPDATE
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in translations/*.ts; do
    cp "$file" "$work"
    copy=$work/${file##*/}
    "$1" -silent ui app/desktop core/client/explain.cpp -I . -no-obsolete -locations none -ts "$copy" 2>/dev/null
    if grep -q 'type="unfinished"' "$copy"; then
        echo "$file lacks translations (cmake --build --preset dev --target update_translations adds the texts):"
        grep -B 1 'type="unfinished"' "$copy" | grep '<source>'
        exit 1
    fi
done
