#!/usr/bin/env bash
# Makes one guest image in an empty folder: recipe.sh FOLDER DIGEST. build.sh calls it and keeps the result.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$1
digest=$2
log=$work/build.log
suite=trixie
disk_size=16G

fail() { printf 'guest-image: %s\n' "$*" >&2; exit 1; }
progress() { printf 'progress: %s %s\n' "$1" "$2" >&2; }
words() { sed 's/#.*//' "$1" | xargs -n1; }

# The Debian archives this machine already uses, for the guest's suite. With none (Ubuntu) mmdebstrap's own default holds.
sources() {
    local uri security signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
    archive() {
        apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)' 'Identifier: Packages' |
            awk -v wanted="$1" '$1 == "Debian" && $2 == "main" && ($3 ~ /-security$/) == wanted && !seen++ { print $4 }'
    }
    uri=$(archive 0)
    [[ -n $uri ]] || return 0
    echo "deb $signed $uri $suite main"
    echo "deb $signed $uri $suite-updates main"
    security=$(archive 1)
    [[ -z $security ]] || echo "deb $signed $security $suite-security main"
}

# How this machine's apt reaches archives: proxies and checks of dates.
fetch_options() {
    apt-config dump | grep -E '^Acquire::(Check-Date|Check-Valid-Until|Retries|https?::(Proxy|Timeout)[^ ]*) ' || true
}

# What mmdebstrap reports, as percentages of the whole; all of it goes to the log.
watch_mmdebstrap() {
    local line
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
        progress:*) printf '%s\n' "$line" >&2 ;;
        *"running apt-get update"*) progress 2 "Reading the package lists" ;;
        *"downloading packages with apt"*) progress 5 "Downloading the base system" ;;
        *"extracting archives"*) progress 10 "Unpacking the base system" ;;
        *"installing remaining packages"*) progress 15 "Installing packages" ;;
        *"creating tarball"*) progress 75 "Writing the file system" ;;
        esac
    done
}

make_root() { # root.qcow2, and in "exported" the files that customize.sh leaves there
    local options=() option
    while IFS= read -r option; do options+=(--aptopt="$option"); done < <(fetch_options)
    mapfile -t archives < <(sources)
    mkdir "$work/exported"
    # /tmp may be a small tmpfs, and a user namespace's root may not enter the user's home.
    TMPDIR=${TMPDIR:-/var/tmp} mmdebstrap --variant=apt --format=tar --components=main "${options[@]}" \
        --include="$(words "$here/packages.list" | paste -sd,)" \
        --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
        --customize-hook='mkdir -p "$1/build" "$1/exported/modules"' \
        --customize-hook="upload '$work/roots.pem' /build/roots.pem" \
        --customize-hook="upload '$work/npmrc' /build/npmrc" \
        --customize-hook="upload '$work/agents' /build/agents" \
        --customize-hook="upload '$here/customize.sh' /build/customize.sh" \
        --customize-hook='chroot "$1" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root bash /build/customize.sh' \
        --customize-hook="sync-out /exported '$work/exported'" \
        --customize-hook='rm -rf "$1/exported" "$1/build"' \
        "$suite" - "${archives[@]}" 2> >(watch_mmdebstrap) |
        mke2fs -q -t ext4 -d - -L paddock-root -m 0 -i 32768 -J size=32 \
            -E lazy_itable_init=0,lazy_journal_init=0,assume_storage_prezeroed=1,nodiscard "$work/root.raw" "$disk_size" >>"$log" 2>&1 ||
        { tail -n 25 "$log" >&2 && fail "the build stopped; its last lines are above, all of them in $log"; }
    progress 88 "Converting the disk"
    qemu-img convert -q -f raw -O qcow2 "$work/root.raw" "$work/root.qcow2"
    rm "$work/root.raw"
}

# What the host adds for fetching only; none of it stays in the image.
gather_host_settings() {
    : >"$work/roots.pem" && : >"$work/npmrc"
    find -L /usr/local/share/ca-certificates -name '*.crt' -exec cat {} + >>"$work/roots.pem" 2>/dev/null || true
    local file
    for file in /etc/npmrc /usr/etc/npmrc ~/.npmrc; do
        [[ ! -r $file ]] || grep -E '^(registry|proxy|https-proxy|noproxy|strict-ssl|@[^=]*:registry|//[^=]*) *=' "$file" >>"$work/npmrc" || true
    done
    [[ -z ${https_proxy:-${HTTPS_PROXY:-}} ]] || echo "https-proxy=${https_proxy:-$HTTPS_PROXY}" >>"$work/npmrc"
    [[ -z ${http_proxy:-${HTTP_PROXY:-}} ]] || echo "proxy=${http_proxy:-$HTTP_PROXY}" >>"$work/npmrc"
    sed 's/#.*//;/^ *$/d' "$here/agents.list" >"$work/agents"
}

gather_host_settings
make_root
progress 92 "Gathering kernel modules"
"$here/early_modules.py" "$work/exported" "$here/modules.list" "$work/modules.cpio"
"$here/unpack_kernel.py" "$work/exported/vmlinuz" "$work/vmlinuz"
progress 95 "Computing checksums"
"$here/manifest.py" "$work" "$digest" "$suite"
rm -rf "$work"/{exported,roots.pem,npmrc,agents}
chmod 0444 "$work"/{vmlinuz,modules.cpio,root.qcow2,manifest.json}
