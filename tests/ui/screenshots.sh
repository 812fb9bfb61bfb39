#!/usr/bin/env bash
# Makes packaging/screenshots/*.png: the desktop's windows over scripted wardens, in both themes. Those of the terminal are of
# a real machine with the real Claude Code: PADDOCK_PICTURES=packaging/screenshots for tests/e2e/test_desktop.py.
# Usage: tests/ui/screenshots.sh BUILD-DIRECTORY [ONLY-THEME [DIRECTORY]]
# With a DIRECTORY they go there, and more of them: menus, questions and states, to be looked at.
set -euo pipefail
if [[ -z ${PADDOCK_SHOTS_DISPLAY:-} ]]; then
    PADDOCK_SHOTS_DISPLAY=1 exec xvfb-run -a -s "-screen 0 1280x860x24" dbus-run-session -- "$0" "$@"
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
out=${3:-$root/packaging/screenshots}
set=${3:+all}
if [[ $HOME != /home/me ]]; then # a home with a name that may be seen
    exec bwrap --dev-bind / / --tmpfs /home --dir /home/me --bind "$root" "$root" --bind "$build" "$build" ${3:+--bind "$3" "$3"} --setenv HOME /home/me "$0" "$@"
fi
work=$(mktemp -d /tmp/pdk-XXXXXX)
mkdir -p "$out" "$work/home/data/sandboxes" "$HOME/src"
export PADDOCK_HOME=$work/home PADDOCK_LIBEXEC=$build/tests/fakes
export TZ=UTC LC_ALL=C.UTF-8 QT_FONT_DPI=96 QT_QPA_PLATFORM=xcb NO_AT_BRIDGE=1
pids=() wardens=()
trap 'kill "${pids[@]}" "${wardens[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

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
    wardens+=($!)
}
connection() { # SECONDS-AGO VERDICT HOST PORT PROTOCOL METHOD PATH REASON RULE SOURCE BYTES
    printf '{"ts":%s,"host":"%s","port":%s,"proto":"%s","path":"transparent","method":"%s","url_path":"%s","verdict":"%s","reason":"%s","rule_id":"%s","rule_origin":"%s","bytes_up":812,"bytes_down":%s}' \
        "$((now - $1 * 1000))" "$3" "$4" "$5" "$6" "$7" "$2" "$8" "$9" "${10}" "${11}"
}
log=$(
    connection 340 allow api.example.com 443 https POST /v1/messages rule "allow https://api.example.com" sandbox 48211
    printf ,
    connection 310 allow packages.example.net 443 https GET /left-pad rule "allow https://*.example.net method=GET,HEAD" sandbox 18422
    printf ,
    connection 288 deny files.example.net 443 https GET /upload "no rule allows it" "" "" 0
    printf ,
    connection 200 allow packages.example.net 443 https GET /typescript rule "allow https://*.example.net method=GET,HEAD" sandbox 1844220
    printf ,
    connection 150 deny api.example.com 443 https POST /v1/files rule "deny https://api.example.com path=/v1/files/**" sandbox 0
    printf ,
    connection 90 deny 169.254.169.254 80 http GET /latest/meta-data "never allowed: this computer's own network" "" "" 0
    printf ,
    connection 42 allow api.example.com 443 https POST /v1/messages rule "allow https://api.example.com" sandbox 92114
    printf ,
    connection 12 deny telemetry.example.org 443 https "" "" "no rule allows it" "" "" 0
)
conflicts='{"path":"src/cart.ts","host":"modified","guest":"modified","since":'$((now - 60000))'},{"path":"docs/setup.md","host":"deleted","guest":"modified","since":'$((now - 30000))'}'
events='"10:02:11 machine booted with kvm","10:02:12 guest agent 0.1.0 answered","10:02:12 gateway and courier started","10:02:14 first sync: 4812 files","10:02:14 agent started","10:05:23 refused telemetry.example.org:443: no rule allows it"'
prompt='\u001b[32magent@web-shop\u001b[0m:\u001b[34m~/src/web-shop\u001b[0m$ '
shell=$prompt'npm test\r\n\r\n> web-shop@2.4.0 test\r\n> node --test\r\n\r\n\u001b[32m✔\u001b[0m cart adds an item (3.1 ms)\r\n\u001b[32m✔\u001b[0m cart keeps the total (1.4 ms)\r\n\u001b[32m✔\u001b[0m checkout asks for an address (2.2 ms)\r\n\r\n\u001b[32m41 passed\u001b[0m, 0 failed (0.9 s)\r\n'$prompt
sandbox aaaaaaa1 web-shop claude listed '{"agentState":{"state":"needsYou","exitCode":null,"text":"allow edit of src/cart.ts?"},"blocked":4,"since":'$((now - 190000))',"sync":{"state":"idle","files":4812,"lastSync":'"$now"',"conflicts":2,"problems":[{"path":"build/pipe","reason":"it is a named pipe"}],"excluded":[".env",".env.local"]}}' \
    ',"connections":['"$log"'],"syncConflicts":['"$conflicts"'],"log":['"$events"'],"greeting":"'"$shell"'"'
printf '%s\n' 'paddock-policy 1' 'allow https://api.example.com' 'deny https://api.example.com path=/v1/files/**' \
    'allow https://*.example.net method=GET,HEAD' 'allow https://docs.example.org method=GET,HEAD' 'allow tcp://git.example.org:22' \
    'allow https://*.example.com:8443' 'deny https://telemetry.example.org' 'allow https://mirror.example.net path=/debian/**' \
    'allow https://fonts.example.org' 'allow https://auth.example.com' >"$work/home/data/sandboxes/aaaaaaa1/sandbox.policy"
building='"template":{"key":"k","state":"building","percent":30,"step":"Starting Docker","reason":"","since":'"$now"'}'
failed='"template":{"key":"k","state":"failed","percent":60,"step":"","reason":"3.1 GiB of memory are free, and 4 GiB are needed","since":'"$now"'}'
sandbox aaaaaaa2 api codex listed '{"agentState":{"state":"working","exitCode":null,"text":"npm test"},"since":'$((now - 41000))"${set:+,$building}"'}'
sandbox aaaaaaa3 docs gemini listed '{"agentState":{"state":"finished","exitCode":null,"text":"Updated 4 pages"},"since":'$((now - 840000))"${set:+,$failed}"'}'
sandbox aaaaaaa4 infra claude locked '{"since":'$((now - 7200000))',"sync":{"state":"halted","files":311,"question":{"kind":"massChange","summary":"The sandbox deleted 62 of 311 files.","paths":["modules/a.tf","modules/b.tf"]}}}'
sandbox aaaaaaa5 pipeline claude listed '{"state":"syncing","stage":"files","acceleration":"tcg","since":'$((now - 14000))',"sync":{"state":"seeding","doneFiles":2140,"totalFiles":4812,"doneBytes":42991616,"totalBytes":100663296}}'
sandbox aaaaaaa6 old-blog shell listed '{}'

snapshot() { # ID NAME SECONDS-AGO AUTOMATIC MIB
    local folder=$work/home/data/sandboxes/$1
    mkdir -p "$folder/snapshots/$2"
    fallocate -l "$5M" "$folder/snapshots/$2/state"
    printf '{"schema":1,"at":%s,"automatic":"%s","pauseMs":90,"stateBytes":%s,"layers":[0],"machine":{},"repository":{"branch":"refs/heads/main","commit":"%08x"},"settings":%s}' \
        "$((now - $3 * 1000))" "$4" "$(($5 << 20))" "$((0x4fa10000 + $3 * 77))" "$(<"$folder/sandbox.json")" >"$folder/snapshots/$2/snapshot.json"
    touch "$folder/root.qcow2"
}
snapshot aaaaaaa1 before-refactor 93000 "" 214
snapshot aaaaaaa1 s1 7200 hourly 187
snapshot aaaaaaa1 tests-green 1900 "" 203
snapshot aaaaaaa1 s2 400 prompt 178
mkdir "$work/home/data/sandboxes/aaaaaaa1/snapshots/s0" # damaged
touch -d '2 days ago' "$work/home/data/sandboxes/aaaaaaa1/snapshots/s0"

# What a fork changed, against the folder as it is now.
mkdir -p "$work/review" "$HOME/src/web-shop/src"
printf '%s\n' "import { sum } from './money'" '' 'export function total(items) {' '  const net = sum(items)' '  return net' '}' \
    >"$HOME/src/web-shop/src/cart.ts"
printf '%s\n' "import { sum, withTax } from './money'" '' 'export function total(items, country) {' '  const net = sum(items)' \
    '  return withTax(net, country)' '}' >"$work/review/1"
printf '%s\n' 'export const rates = { de: 0.19, fr: 0.2, at: 0.2 }' >"$work/review/2"
printf '%s\n' '# Web shop' '' 'Prices include tax.' >"$work/review/3"
printf '%s\n' '# Web shop' '' 'A small shop.' >"$HOME/src/web-shop/README.md"
change() { # PATH CHANGE CONTENT CONFLICT
    printf '{"path":"%s","change":"%s","host":"%s","conflict":%s,"kind":"file","size":120,"executable":false,"target":"","content":"%s"}' \
        "$1" "$2" "$([[ $4 == true ]] && echo modified)" "$4" "$3"
}
changes=$(change src/cart.ts modified 1 false),$(change src/tax/rates.ts created 2 false),$(change README.md modified 3 true),$(change src/legacy.js deleted "" false)
sandbox aaaaaaa7 web-shop-fork-1 claude listed '{"agentState":{"state":"finished","exitCode":null,"text":"Taxes are in"},"since":'$((now - 300000))',"sync":{"state":"off"}}' \
    ',"review":{"count":4,"hostCount":1,"items":['"$changes"'],"hostItems":[],"unknown":[],"contentDirectory":"'"$work/review"'"}'
sed -i 's|"createdMs"|"origin":{"id":"aaaaaaa1","name":"web-shop","forkedMs":'$((now - 1500000))'},"createdMs"|; s|src/web-shop-fork-1|src/web-shop|' \
    "$work/home/data/sandboxes/aaaaaaa7/sandbox.json"

served=(aaaaaaa1 aaaaaaa2 aaaaaaa3 aaaaaaa4 aaaaaaa5 aaaaaaa7)

if [[ $set ]]; then # states that no page of the documentation shows
    sandbox aaaaaaa8 render codex listed '{"state":"paused","reasonKind":"notEnoughDisk","reason":"1.2 GiB are free on the disk of the sandboxes, and 2 GiB must be","since":'$((now - 70000))'}'
    sandbox aaaaaaa9 search claude listed '{"state":"notAnswering","reasonKind":"notAnswering","reason":"the system in the sandbox has not answered for 30 s","since":'$((now - 40000))'}'
    sandbox aaaaaab1 mobile claude listed '{}'
    mkdir "$work/home/data/sandboxes/aaaaaab1/suspended" && echo '{}' >"$work/home/data/sandboxes/aaaaaab1/suspended/manifest.json"
    sandbox aaaaaab2 printer claude listed '{}'
    mkdir "$work/home/data/sandboxes/aaaaaab2/log"
    printf '{"kind":"machineFailed","detail":"the kernel panicked: Attempted to kill init!","consoleTail":"Kernel panic - not syncing: Attempted to kill init!","at":%s}' \
        "$now" >"$work/home/data/sandboxes/aaaaaab2/log/last-exit.json"
    served+=(aaaaaaa8 aaaaaaa9)
fi

openbox >/dev/null 2>&1 &
pids=($!)
touch "$HOME/src/web-shop/.env"
for theme in ${2:-light dark}; do
    wardens=()
    for id in "${served[@]}"; do serve "$id"; done
    "$build/tests/pictures" "$out" "$theme" $set >/dev/null
    kill "${wardens[@]}" && wait "${wardens[@]}" || true
done
