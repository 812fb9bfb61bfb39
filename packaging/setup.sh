#!/usr/bin/env bash
# Installs what Paddock is built, run and tested with. Idempotent and non-interactive; prints nothing when all is there.
#
# Debian 13 and Ubuntu 25.04 have everything. An older Debian (12) gets the Debian 13 suite at low priority, from the mirror
# that this machine's apt already uses, and takes only what is missing or too old from it. What apt offers decides, never
# os-release: single packages of a later release may already be installed.
#
#   packaging/setup.sh            everything, for building and testing
#   packaging/setup.sh --list     prints the package names
set -euo pipefail

build=(g++-14 cmake ninja-build ccache pkg-config cpio zstd git ca-certificates
    qt6-base-dev qt6-base-dev-tools qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-svg-dev
    libqtermwidget-dev libutf8proc-dev qtkeychain-qt6-dev libkf6statusnotifieritem-dev
    libnghttp2-dev libllhttp-dev libssl-dev libasio-dev libidn2-dev libunistring-dev libpsl-dev publicsuffix
    libseccomp-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev librapidcheck-dev)
run=(qemu-system-x86 qemu-utils bubblewrap mmdebstrap uidmap e2fsprogs python3 debian-archive-keyring libqt6svg6 fonts-dejavu-core fonts-symbola)
test=(xvfb xauth openbox stalonetray dbus dbus-x11 dbus-daemon gnome-keyring libsecret-tools xdotool imagemagick x11-utils
    at-spi2-core python3-gi gir1.2-gtk-3.0 python3-dbus tmux python3 openssl curl clang-format-19 clang-tidy-19 strace)
packages=("${build[@]}" "${run[@]}" "${test[@]}")

# What no older release may stand in for: the package and the version from which on it will do.
floors=(cmake:3.25 g++-14:14 qt6-base-dev:6.8 qemu-system-x86:1:8.2 e2fsprogs:1.47.1 libqtermwidget-dev:2.1 qtkeychain-qt6-dev:0.15)
suite=trixie

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 78; }

unsupported() {
    fail "this system is not one that Paddock's set-up knows ($1).
It needs Debian 13, Ubuntu 25.04 or later, or Debian 12. Elsewhere install the counterparts of these packages yourself:
  ${packages[*]}"
}

candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | grep -v '(none)'; }
good_enough() { # PACKAGE VERSION: the version exists and reaches the package's floor
    local entry
    [[ -n $2 ]] || return 1
    for entry in "${floors[@]}"; do
        [[ ${entry%%:*} != "$1" ]] || dpkg --compare-versions "$2" ge "${entry#*:}~" || return 1
    done
}
missing() {
    local name version
    local -A installed=()
    while read -r name version; do installed[${name%%:*}]=$version; done < <(
        dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package} ${Version}\n' "${packages[@]}" 2>/dev/null | sed -n 's/^ii *//p')
    for name in "${packages[@]}"; do good_enough "$name" "${installed[$name]:-}" || echo "$name"; done
}

as_root() {
    if [[ $(id -u) == 0 ]]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else fail "missing packages cannot be installed: this is not root and there is no sudo. Run as root:
  packaging/setup.sh"; fi
}
apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 "$@" >&2; }

# The later suite, at a priority below everything that is installed or offered otherwise.
add_suite() {
    local uri key
    read -r uri key < <(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI) $(SIGNED_BY)' 'Identifier: Packages' |
        awk '$1 == "Debian" && $2 == "main" && $3 !~ /security|updates/ { print $4, $5; exit }') || true
    [[ -n ${uri:-} ]] || unsupported "apt offers qt6-base-dev $(candidate qt6-base-dev), 6.8 is needed, and its archive is not Debian's"
    [[ ${key:-} == /* ]] || key=/usr/share/keyrings/debian-archive-keyring.gpg
    say "adding the Debian 13 suite at low priority"
    as_root tee /etc/apt/sources.list.d/paddock-$suite.sources >/dev/null <<SOURCES
Types: deb
URIs: $uri
Suites: $suite
Components: main
Signed-By: $key
SOURCES
    as_root tee /etc/apt/preferences.d/paddock-$suite >/dev/null <<PIN
Package: *
Pin: release n=$suite
Pin-Priority: 90
PIN
    apt_get update
}

[[ ${1:-} == --list ]] && { printf '%s\n' "${packages[@]}"; exit 0; }
command -v apt-get >/dev/null || unsupported "no apt-get"
mapfile -t needed < <(missing)
((${#needed[@]})) || exit 0

say "installing ${#needed[@]} packages: ${needed[*]}"
target=()
[[ -n $(candidate qt6-base-dev) && -f /var/cache/apt/pkgcache.bin ]] || apt_get update
if ! good_enough qt6-base-dev "$(candidate qt6-base-dev)"; then
    [[ -f /etc/apt/sources.list.d/paddock-$suite.sources ]] || add_suite
    apt-cache madison qt6-base-dev | grep -q " $suite/" || apt_get update
    target=(-t "$suite") # for the packages that both releases have, and for what they need
fi
install=(install --no-install-recommends "${target[@]}" "${needed[@]}")
apt_get "${install[@]}" || { apt_get update && apt_get "${install[@]}"; } ||
    fail "apt could not install these packages; its message is above. Try: apt-get ${install[*]}"
mapfile -t needed < <(missing)
((${#needed[@]} == 0)) || unsupported "apt offers no recent enough ${needed[*]}"
say "done"
