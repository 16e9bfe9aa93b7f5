#!/bin/bash
# Makes the node's root file system from the packages of a stable Debian release. Must run as root, in a mount namespace of
# its own (unshare --mount), so that whatever debootstrap mounts is gone when this script is, however it ends.
#
#   make-rootfs.sh OUT SUITE PACKAGES OWNER [MIRROR]
#
# Leaves in OUT, owned by OWNER (uid:gid):
#   rootfs.tar     the root file system
#   iptables.tar   iptables with its modules and libraries alone: the base of the pod images that program the packet filter
set -euo pipefail

out=$1 suite=$2 packages=$3 owner=$4 mirror=${5:-}
root=$(mktemp -d --tmpdir="$out" root.XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
# A package's script must not see this host's locale, and must not ask.
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# Not all of debootstrap's releases know the suite by name; every Debian suite uses the script of sid.
script=()
[ -n "$mirror" ] && [ ! -e "/usr/share/debootstrap/scripts/$suite" ] && script=(/usr/share/debootstrap/scripts/sid)
debootstrap --variant=minbase --include="$packages" "$suite" "$root" ${mirror:+"$mirror"} "${script[@]}"

in_root() { chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

# What a node in a container must not start (kind's node image removes the same): units that want hardware, a login console,
# or the host's /dev, and everything that a package enabled by itself.
in_root bash -euc '
  shopt -s nullglob
  rm -f /usr/lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
    /usr/lib/systemd/system/local-fs.target.wants/* /usr/lib/systemd/system/basic.target.wants/* \
    /usr/lib/systemd/system/sockets.target.wants/*udev* /usr/lib/systemd/system/sockets.target.wants/*initctl* \
    /usr/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service
  systemctl set-default multi-user.target
  systemctl mask systemd-binfmt.service systemd-udevd.service systemd-logind.service getty.target
  # On a host whose Docker uses legacy iptables the entrypoint changes this.
  update-alternatives --set iptables /usr/sbin/iptables-nft
  update-alternatives --set ip6tables /usr/sbin/ip6tables-nft
'
# Each container makes its own at start.
rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/{doc,man,info,locale}/*

tar --directory "$root" --create --file "$out/rootfs.tar" --one-file-system --numeric-owner --xattrs --sort=name .

# The statistic match of kube-proxy's rules needs libm, which nothing but its module names: so ask the modules too.
in_root bash -euc '
  shopt -s nullglob
  modules=(/usr/lib/*/xtables/*.so)
  programs=(/usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi /usr/sbin/nft)
  {
    printf "%s\n" "${programs[@]}" "${modules[@]}" /etc/protocols /etc/services
    for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
      printf "%s\n" "/usr/sbin/$name" "/etc/alternatives/$name" /usr/sbin/${name%%-*}-{nft,legacy}${name#"${name%%-*}"}
    done
    for file in "${programs[@]}" "${modules[@]}"; do ldd "$file" | grep -o "/[^ ]*" || true; done
  } | sort -u | while read -r file; do
    # /lib and /lib64 are links in Debian: they are made in the image once, not taken through.
    file=$(realpath --no-symlinks "$(realpath "$(dirname "$file")")/$(basename "$file")")
    [ -e "$file" ] || [ -L "$file" ] || continue
    echo "${file#/}"
    [ -L "$file" ] && realpath "$file" | sed "s|^/||"
  done | sort -u
' >"$out/iptables.list"
links=()
for link in bin sbin lib lib64; do [ -L "$root/$link" ] && links+=("$link"); done
tar --directory "$root" --create --file "$out/iptables.tar" --numeric-owner --sort=name --no-recursion \
  "${links[@]}" --files-from "$out/iptables.list"
rm "$out/iptables.list"
chown "$owner" "$out/rootfs.tar" "$out/iptables.tar"
