/**
 * Debian and Ubuntu packages that building the node image needs on this host, besides Go and a Docker engine. The build
 * installs nothing itself.
 */
export const hostPackages: readonly string[] = [
  'ca-certificates',
  'debian-archive-keyring', // Ubuntu has no key of Debian's by itself
  'debootstrap',
  'gcc',
  'gpgv', // debootstrap checks Debian's signature with it
  'libc6-dev',
  'libseccomp-dev', // runc, linked statically
  'pkg-config',
  'tar',
  'util-linux', // unshare
]
