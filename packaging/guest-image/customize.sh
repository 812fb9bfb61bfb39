#!/usr/bin/env bash
# Run by mmdebstrap inside the new root file system, before it is packed: the agents' CLIs, the kernel, the user.
# Its input lies in /build, which is removed afterwards. Leaves in /exported what the host needs: vmlinuz, the kernel's
# modules, the lists of versions.
set -euo pipefail
progress() { printf 'progress: %s %s\n' "$1" "$2" >&2; }

install_agent() { # NAME PACKAGE SCRIPTS
    local scripts=()
    [[ $3 == ignore ]] && scripts=(--ignore-scripts)
    NODE_EXTRA_CA_CERTS=/build/roots.pem NPM_CONFIG_USERCONFIG=/build/npmrc npm_config_cache="/build/npm-$1" \
        npm install --global --no-fund --no-audit --no-update-notifier --loglevel=error "${scripts[@]}" "$2"
    rm -rf "/build/npm-$1"
}

install_agents() {
    local name package scripts
    while read -r name package scripts; do install_agent "$name" "$package" "$scripts"; done </build/agents
}

# The kernel comes without its package: that one would ask for an initramfs generator and a boot loader's hooks.
install_kernel() {
    local package version
    package=$(apt-cache depends --important "linux-image-cloud-$(dpkg --print-architecture)" |
        sed -n 's/^ *Depends: *\(linux-image-[0-9].*\)/\1/p' | head -n1)
    cd /build
    apt-get -q download "$package" && dpkg-deb -x linux-image-*.deb /build/kernel && rm linux-image-*.deb
    version=${package#linux-image-}
    mkdir -p /exported/modules
    mv "/build/kernel/boot/vmlinuz-$version" /exported/vmlinuz
    mkdir -p /usr/lib/modules
    cp -a "/build/kernel/usr/lib/modules/$version" /usr/lib/modules/ 2>/dev/null ||
        cp -a "/build/kernel/lib/modules/$version" /usr/lib/modules/
    rm -rf /build/kernel
    depmod "$version"
    cp -a "/usr/lib/modules/$version/." /exported/modules/
    echo "$version" >/exported/kernel-version
}

add_user() {
    useradd --create-home --uid 1000 --shell /bin/bash --groups docker,sudo agent
    printf 'agent ALL=(ALL:ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/agent
    chmod 0440 /etc/sudoers.d/agent
}

# Docker's command starts every plug-in to ask what it is, before most of what it does: seconds under emulation. What it
# answers is kept, and holds as long as the plug-in is the very file that was asked.
remember_docker_plugins() {
    local real name answer places=/usr/local/lib/docker/cli-plugins
    mkdir -p "$places"
    for real in /usr/libexec/docker/cli-plugins/docker-*; do
        name=${real##*/}
        answer=$places/${name#docker-}.json # without the prefix: no plug-in
        "$real" docker-cli-plugin-metadata >"$answer"
        touch --reference="$real" "$answer"
        cat >"$places/$name" <<EOF
#!/bin/sh
if [ "\$1" = docker-cli-plugin-metadata ] && [ ! $real -nt $answer ] && [ ! $real -ot $answer ]; then
    exec cat $answer
fi
exec $real "\$@"
EOF
        chmod 0755 "$places/$name"
    done
}

# One image becomes many machines: nothing in it tells one from another, and nothing starts by itself.
make_neutral() {
    : >/etc/fstab
    rm -f /etc/machine-id /var/lib/dbus/machine-id /etc/hostname /etc/ssh/ssh_host_*
    rm -f /etc/apt/apt.conf.d/99mmdebstrap
    printf 'APT::Install-Recommends "false";\n' >/etc/apt/apt.conf.d/90paddock
    printf 'nameserver 127.0.0.1\n' >/etc/resolv.conf
    printf '127.0.0.1 localhost\n::1 localhost\n' >/etc/hosts
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 0755 /usr/sbin/policy-rc.d
    rm -rf /var/cache/apt/archives/*.deb /root/.npm /var/log/*.log
}

write_versions() {
    local name package scripts
    dpkg-query -W -f '${Package} ${Version}\n' >/exported/packages
    while read -r name package scripts; do
        echo "$name $(node -p "require('/usr/local/lib/node_modules/$package/package.json').version")"
    done </build/agents >/exported/agents
}

progress 40 "Installing the agents and the kernel"
install_kernel &
kernel=$!
install_agents
wait "$kernel"
progress 70 "Setting up the user"
add_user
remember_docker_plugins
make_neutral
write_versions
