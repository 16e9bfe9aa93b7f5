#!/bin/bash
# Makes the root file system of the database image from the packages of a stable Debian release. Must run as root, in mount and
# process namespaces of its own, as make-rootfs.sh does.
#
#   make-database.sh OUT SUITE PACKAGES OWNER CACHE [MIRROR]
#
# Leaves database.tar in OUT, owned by OWNER (uid:gid): PostgreSQL, psql, a shell and a few tools, with the libraries they need.
set -euo pipefail

out=$1 suite=$2 packages=$3 owner=$4 cache=$5 mirror=${6:-}
root=$(mktemp -d --tmpdir="$out" root.XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

debootstrap --cache-dir="$cache" --variant=minbase --include="$packages" "$suite" "$root" ${mirror:+"$mirror"}

# Without the compiler for queries: LLVM is larger than all the rest, and nobody needs it here.
rm -rf "$root"/usr/lib/postgresql/*/lib/bitcode "$root"/usr/lib/postgresql/*/lib/llvmjit*

# What runs, with the libraries that it names, by paths without links above them.
chroot "$root" /bin/bash -euc '
  programs() {
    for name in bash sh cat chmod chown cp date env false grep head id ls mkdir mv rm sed setpriv sleep tail touch true; do
      readlink --canonicalize-existing "$(type -P "$name")"
    done
    find /usr/lib/postgresql -type f
  }
  {
    programs
    programs | xargs ldd 2>/dev/null | grep --only-matching "/[^ :]*" | xargs readlink --canonicalize-existing
    # By the names under which the dynamic linker looks for them.
    programs | xargs ldd 2>/dev/null | grep --only-matching "/lib[^ :]*" | sed "s|^/lib|/usr/lib|"
    find /usr/share/postgresql /usr/lib/locale/C.utf8 /usr/share/zoneinfo/UTC /usr/share/zoneinfo/Etc/UTC
    printf "%s\n" /usr/bin/sh /etc/passwd /etc/group /etc/nsswitch.conf /usr/lib/*/libnss_{files,dns}.so.2
  } | sed "s|^/||" | sort --unique
' >"$root.list"
links=()
for link in bin sbin lib lib64; do [ -L "$root/$link" ] && links+=("$link"); done
mkdir -p "$root/tmp" "$root/run/postgresql" "$root/var/lib/postgresql"
chmod 1777 "$root/tmp" "$root/run/postgresql"
tar --directory "$root" --create --file "$out/database.tar" --numeric-owner --sort=name --no-recursion \
  "${links[@]}" tmp run run/postgresql var/lib/postgresql --files-from "$root.list"
rm "$root.list"
chown "$owner" "$out/database.tar"
