#!/usr/bin/env bash
# Makes packaging/screenshots/*.png from a real paddock-desktop over scripted wardens, in both themes.
# Usage: tests/ui/screenshots.sh BUILD-DIRECTORY [ONLY-THEME]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
out=$root/packaging/screenshots
work=$(mktemp -d /tmp/pdk-XXXXXX)
mkdir -p "$out" "$work/home/data/sandboxes" "$work/me/src"
export PADDOCK_HOME=$work/home PADDOCK_LIBEXEC=$build/tests/fakes HOME=$work/me
export TZ=UTC LC_ALL=C.UTF-8 QT_FONT_DPI=96 QT_QPA_PLATFORM=xcb NO_AT_BRIDGE=1
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

now=$(($(date +%s) * 1000))
# sandbox ID NAME AGENT NETWORK STATUS-JSON EXTRA-MEMBERS
sandbox() {
    local folder=$work/home/data/sandboxes/$1
    mkdir -p "$folder" "$HOME/src/$2"
    printf '{"schema":1,"id":"%s","name":"%s","agent":"%s","workspace":"%s","network":"%s","cpus":2,"memoryMiB":2048,"diskGiB":20,"image":"","machineType":"","allowSecretFiles":false,"createdMs":%s}' \
        "$1" "$2" "$3" "$HOME/src/$2" "$4" "$now" >"$folder/sandbox.json"
    printf '{"launchMs":50,"status":%s%s}' "$5" "${6:-}" >"$folder/fake-warden.json"
}
serve() {
    "$PADDOCK_LIBEXEC/paddock-warden" "$1" </dev/null >/dev/null 2>&1 &
    pids+=($!)
}
connection() { # SECONDS-AGO VERDICT HOST PORT PROTOCOL METHOD PATH REASON RULE SOURCE BYTES
    printf '{"ts":%s,"host":"%s","port":%s,"proto":"%s","path":"transparent","method":"%s","url_path":"%s","verdict":"%s","reason":"%s","rule_id":"%s","rule_origin":"%s","bytes_up":812,"bytes_down":%s}' \
        "$((now - $1 * 1000))" "$3" "$4" "$5" "$6" "$7" "$2" "$8" "$9" "${10}" "${11}"
}
log=$(
    connection 340 allow api.anthropic.com 443 https POST /v1/messages rule "allow https://api.anthropic.com" preset:agent-claude 48211
    printf ,
    connection 310 allow packages.example.net 443 https GET /left-pad rule "allow https://*.example.net method=GET,HEAD" preset:npm 18422
    printf ,
    connection 288 deny files.example.net 443 https GET /upload "no rule allows it" "" "" 0
    printf ,
    connection 200 allow packages.example.net 443 https GET /typescript rule "allow https://*.example.net method=GET,HEAD" preset:npm 1844220
    printf ,
    connection 150 deny api.anthropic.com 443 https POST /v1/files rule "deny https://api.anthropic.com path=/v1/files/**" preset:agent-claude 0
    printf ,
    connection 90 deny 169.254.169.254 80 http GET /latest/meta-data "never allowed: this computer's own network" "" "" 0
    printf ,
    connection 42 allow api.anthropic.com 443 https POST /v1/messages rule "allow https://api.anthropic.com" preset:agent-claude 92114
    printf ,
    connection 12 deny telemetry.example.org 443 https "" "" "no rule allows it" "" "" 0
)
conflicts='{"path":"src/cart.ts","host":"modified","guest":"modified","since":'$((now - 60000))'},{"path":"docs/setup.md","host":"deleted","guest":"modified","since":'$((now - 30000))'}'
sandbox aaaaaaa1 web-shop claude listed '{"agentState":{"state":"needsYou","exitCode":null,"text":"allow edit of src/cart.ts?"},"blocked":4,"since":'$((now - 190000))',"sync":{"state":"idle","files":4812,"lastSync":'"$now"',"conflicts":2,"problems":[{"path":"build/pipe","reason":"it is a named pipe"}],"excluded":[".env",".env.local"]}}' \
    ',"connections":['"$log"'],"syncConflicts":['"$conflicts"']'
sandbox aaaaaaa2 api codex listed '{"agentState":{"state":"working","exitCode":null,"text":"npm test"},"since":'$((now - 41000))'}'
sandbox aaaaaaa3 docs gemini listed '{"agentState":{"state":"finished","exitCode":null,"text":"Updated 4 pages"},"since":'$((now - 840000))'}'
sandbox aaaaaaa4 infra claude locked '{"since":'$((now - 7200000))',"sync":{"state":"halted","files":311,"question":{"kind":"massChange","summary":"The sandbox deleted 62 of 311 files.","paths":["modules/a.tf","modules/b.tf"]}}}'
sandbox aaaaaaa5 pipeline claude listed '{"state":"syncing","stage":"files","acceleration":"tcg","since":'$((now - 14000))',"sync":{"state":"seeding","doneFiles":2140,"totalFiles":4812,"doneBytes":42991616,"totalBytes":100663296}}'
sandbox aaaaaaa6 old-blog shell listed '{}'

shots() {
    local theme=$1
    "$build/bin/paddock-desktop" --theme "$theme" --open aaaaaaa1 >/dev/null 2>"$work/desktop.log" &
    local desktop=$!
    pids+=($desktop)
    local window
    window=$(timeout 60 xdotool search --sync --onlyvisible --name 'web-shop – Paddock' | head -n 1)
    xdotool windowactivate --sync "$window" 2>/dev/null || true
    sleep 4
    shot() { sleep 2 && import -window "${2:-$window}" "$out/$1-$theme.png"; }
    xdotool mousemove --window "$window" 645 430 click 1 # "Start Claude Code": what the scripted warden shows
    sleep 2
    shot main-window
    xdotool key --window "$window" ctrl+F6 # the keys of a terminal are its program's
    xdotool key --window "$window" alt+2 && shot network
    xdotool key --window "$window" alt+3 && shot files
    xdotool key --window "$window" alt+4 && shot log
    xdotool key --window "$window" alt+5 && shot settings
    xdotool key --window "$window" alt+1
    "$build/bin/paddock-desktop" --new "$HOME/src/web-shop"
    local sheet
    sheet=$(timeout 60 xdotool search --sync --onlyvisible --name '^New sandbox$' | tail -n 1)
    shot new-sandbox "$sheet"
    xdotool key --window "$sheet" Escape 2>/dev/null || true # it is gone before the key is up
    "$build/bin/paddock-desktop" --open pipeline && sleep 1
    shot starting
    kill "$desktop" && wait "$desktop" 2>/dev/null || true
}

if [[ -z ${PADDOCK_SHOTS_DISPLAY:-} ]]; then
    PADDOCK_SHOTS_DISPLAY=1 exec xvfb-run -a -s "-screen 0 1280x860x24" dbus-run-session -- "$0" "$@"
fi
openbox >/dev/null 2>&1 &
pids+=($!)
touch "$HOME/src/web-shop/.env"
for id in aaaaaaa1 aaaaaaa2 aaaaaaa3 aaaaaaa4 aaaaaaa5; do serve "$id"; done
for theme in ${2:-light dark}; do shots "$theme"; done
