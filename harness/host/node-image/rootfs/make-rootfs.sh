#!/bin/bash
# Makes the node's root file system from the packages of a stable Debian release. Must run as root, in mount and process
# namespaces of its own, so that whatever debootstrap mounts and starts is gone when this script is, however it ends.
#
#   make-rootfs.sh OUT SUITE PACKAGES OWNER CACHE [MIRROR]
#
# CACHE keeps the downloaded packages, for a run that continues.
# Leaves in OUT, owned by OWNER (uid:gid):
#   rootfs.tar     the root file system
#   iptables.tar   iptables with its modules and libraries alone: the base of the pod images that program the packet filter
#   balancer.tar   haproxy and a few tools: the base of the balancer image
set -euo pipefail

out=$1 suite=$2 packages=$3 owner=$4 cache=$5 mirror=${6:-}
root=$(mktemp -d --tmpdir="$out" root.XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
# A package's script must not see this host's locale, and must not ask.
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# Not every version of debootstrap knows the suite by name; all Debian suites use the script of sid.
script=()
[ -n "$mirror" ] && [ ! -e "/usr/share/debootstrap/scripts/$suite" ] && script=(/usr/share/debootstrap/scripts/sid)
debootstrap --cache-dir="$cache" --variant=minbase --include="$packages,haproxy" "$suite" "$root" ${mirror:+"$mirror"} "${script[@]}"

in_root() { chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

# Reads paths, and prints them without the leading slash, with what they link to and the libraries they need, for tar.
# Directories that are links themselves (/lib, /bin) are resolved: tar makes such a link once and never goes through it.
closure() {
  in_root bash -euc '
    while read -r file; do
      echo "$file"
      [ ! -L "$file" ] || realpath "$file"
      ldd "$file" 2>/dev/null | grep -o "/[^ ]*" || true
    done | while read -r file; do
      file=$(realpath "$(dirname "$file")")/$(basename "$file")
      [ ! -L "$file" ] || realpath "$file"
      echo "$file"
    done | sed "s|^/||" | sort -u
  '
}

archive() {
  local links=() link
  for link in bin sbin lib lib64; do [ -L "$root/$link" ] && links+=("$link"); done
  closure >"$root.list"
  tar --directory "$root" --create --file "$out/$1" --numeric-owner --sort=name --no-recursion "${links[@]}" --files-from "$root.list"
  rm "$root.list"
}

# The modules are listed too, since nothing names what only a module needs: the statistic match of kube-proxy wants libm.
in_root bash -euc '
  for name in iptables iptables-save iptables-restore; do
    for command in "$name" "ip6${name#ip}"; do echo "/etc/alternatives/$command" "/usr/sbin/$command"; done
  done | tr " " "\n"
  ls /usr/sbin/ip{,6}tables-{nft,legacy}{,-save,-restore} /usr/sbin/nft /usr/lib/*/xtables/*.so /etc/protocols /etc/services
' | archive iptables.tar

{
  printf '/usr/bin/%s\n' bash sh cat chmod cp kill mkdir mv rm sleep
  printf '%s\n' /usr/sbin/haproxy /etc/passwd /etc/group
} | archive balancer.tar
in_root dpkg --purge haproxy

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
# The journal of kubelet and containerd must outlive a restart of the node.
mkdir "$root/var/log/journal"

tar --directory "$root" --create --file "$out/rootfs.tar" --one-file-system --numeric-owner --xattrs --sort=name .
chown "$owner" "$out"/*.tar
