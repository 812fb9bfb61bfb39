#!/bin/sh
# Runs a program in a session bus of its own: "open" with an unlocked keychain, "none" without any. Nothing of the user's own
# session is touched.
set -eu
kind=$1
shift
home=$(mktemp -d /tmp/pdk-keychain.XXXXXX)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/run"
export HOME="$home" XDG_RUNTIME_DIR="$home/run" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" PADDOCK_HOME="$home/paddock"
unset DBUS_SESSION_BUS_ADDRESS DISPLAY WAYLAND_DISPLAY || true
if [ "$kind" = none ]; then
    DBUS_SESSION_BUS_ADDRESS="unix:path=$home/no-bus" "$@"
else
    dbus-run-session -- sh -c 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "$@"' sh "$@"
fi
