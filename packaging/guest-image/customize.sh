#!/usr/bin/env bash
# Run by mmdebstrap on the finished root file system, before it is packed: the agents' CLIs, the kernel, the user.
# Leaves in ROOT/exported what the host needs: vmlinuz, the kernel's modules, the lists of versions.
set -euo pipefail
root=$1
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
progress() { printf 'progress: %s %s\n' "$1" "$2" >&2; }

install_agent() { # NAME PACKAGE SCRIPTS
    local scripts=()
    [[ $3 == ignore ]] && scripts=(--ignore-scripts)
    inside NODE_EXTRA_CA_CERTS=/tmp/roots.pem NPM_CONFIG_USERCONFIG=/tmp/npmrc npm_config_cache="/tmp/npm-$1" \
        npm install --global --no-fund --no-audit --no-update-notifier --loglevel=error "${scripts[@]}" "$2"
    rm -rf "$root/tmp/npm-$1"
}

install_agents() {
    local name package scripts
    while read -r name package scripts; do install_agent "$name" "$package" "$scripts"; done <"$root/tmp/agents"
}

# The kernel comes without its package: that one would ask for an initramfs generator and a boot loader's hooks.
install_kernel() {
    local package version
    package=$(inside apt-cache depends --important "linux-image-cloud-$(inside dpkg --print-architecture)" |
        sed -n 's/^ *Depends: *\(linux-image-[0-9].*\)/\1/p' | head -n1)
    inside sh -c "cd /tmp && apt-get -q download $package && dpkg-deb -x linux-image-*.deb /tmp/kernel && rm linux-image-*.deb"
    version=${package#linux-image-}
    mkdir -p "$root/exported/modules"
    mv "$root/tmp/kernel/boot/vmlinuz-$version" "$root/exported/vmlinuz"
    mkdir -p "$root/usr/lib/modules"
    cp -a "$root/tmp/kernel/usr/lib/modules/$version" "$root/usr/lib/modules/" 2>/dev/null ||
        cp -a "$root/tmp/kernel/lib/modules/$version" "$root/usr/lib/modules/"
    rm -rf "$root/tmp/kernel"
    inside depmod "$version"
    cp -a "$root/usr/lib/modules/$version/." "$root/exported/modules/"
    echo "$version" >"$root/exported/kernel-version"
}

add_user() {
    inside useradd --create-home --uid 1000 --shell /bin/bash --groups docker,sudo agent
    printf 'agent ALL=(ALL:ALL) NOPASSWD: ALL\n' >"$root/etc/sudoers.d/agent"
    chmod 0440 "$root/etc/sudoers.d/agent"
}

# One image becomes many machines: nothing in it tells one from another, and nothing starts by itself.
make_neutral() {
    : >"$root/etc/fstab"
    rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id" "$root/etc/hostname" "$root"/etc/ssh/ssh_host_*
    rm -f "$root"/etc/apt/apt.conf.d/99mmdebstrap
    printf 'APT::Install-Recommends "false";\n' >"$root/etc/apt/apt.conf.d/90paddock"
    printf 'nameserver 127.0.0.1\n' >"$root/etc/resolv.conf"
    printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 0755 "$root/usr/sbin/policy-rc.d"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/root/.npm "$root"/tmp/npm-* "$root"/var/log/*.log
}

write_versions() {
    local name package scripts
    inside dpkg-query -W -f '${Package} ${Version}\n' >"$root/exported/packages"
    while read -r name package scripts; do
        echo "$name $(inside node -p "require('/usr/local/lib/node_modules/$package/package.json').version")"
    done <"$root/tmp/agents" >"$root/exported/agents"
}

progress 40 "Installing the agents and the kernel"
install_kernel &
kernel=$!
install_agents
wait "$kernel"
progress 70 "Setting up the user"
add_user
make_neutral
write_versions
