#!/usr/bin/env bash
# Makes packaging/screenshots/*.png: the desktop's windows over scripted wardens, in both themes. Those of the terminal are of
# a real machine with the real Claude Code: PADDOCK_PICTURES=packaging/screenshots for tests/e2e/test_desktop.py.
# Usage: tests/ui/screenshots.sh BUILD-DIRECTORY [ONLY-THEME]
set -euo pipefail
if [[ -z ${PADDOCK_SHOTS_DISPLAY:-} ]]; then
    PADDOCK_SHOTS_DISPLAY=1 exec xvfb-run -a -s "-screen 0 1280x860x24" dbus-run-session -- "$0" "$@"
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
out=$root/packaging/screenshots
if [[ $HOME != /home/me ]]; then # a home with a name that may be seen
    exec bwrap --dev-bind / / --tmpfs /home --dir /home/me --bind "$root" "$root" --bind "$build" "$build" --setenv HOME /home/me "$0" "$@"
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
sandbox aaaaaaa2 api codex listed '{"agentState":{"state":"working","exitCode":null,"text":"npm test"},"since":'$((now - 41000))'}'
sandbox aaaaaaa3 docs gemini listed '{"agentState":{"state":"finished","exitCode":null,"text":"Updated 4 pages"},"since":'$((now - 840000))'}'
sandbox aaaaaaa4 infra claude locked '{"since":'$((now - 7200000))',"sync":{"state":"halted","files":311,"question":{"kind":"massChange","summary":"The sandbox deleted 62 of 311 files.","paths":["modules/a.tf","modules/b.tf"]}}}'
sandbox aaaaaaa5 pipeline claude listed '{"state":"syncing","stage":"files","acceleration":"tcg","since":'$((now - 14000))',"sync":{"state":"seeding","doneFiles":2140,"totalFiles":4812,"doneBytes":42991616,"totalBytes":100663296}}'
sandbox aaaaaaa6 old-blog shell listed '{}'

openbox >/dev/null 2>&1 &
pids=($!)
touch "$HOME/src/web-shop/.env"
for theme in ${2:-light dark}; do
    wardens=()
    for id in aaaaaaa1 aaaaaaa2 aaaaaaa3 aaaaaaa4 aaaaaaa5; do serve "$id"; done
    "$build/tests/pictures" "$out" "$theme" >/dev/null
    kill "${wardens[@]}" && wait "${wardens[@]}" || true
done
