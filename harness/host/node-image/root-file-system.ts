import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { getgid, getuid } from 'node:process'
import { hostCommand } from '../process/host-command.ts'
import { packageFile, packageRoot } from '../package/package-files.ts'
import { hashInputs } from './hash-inputs.ts'
import { runCommand } from './run-command.ts'
import type { Stage, StageContext } from './stage.ts'
import { versions } from './versions.ts'

const script = 'rootfs/make-rootfs.sh'

// Mounts and processes of its own: what debootstrap mounts and starts is gone when the script is, however it ends.
const ownNamespaces = [
  'unshare',
  ...['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'],
] as const

// systemd with what it needs to run a machine; what kubelet, kube-proxy and kubeadm call; what people look for on a node.
const packages: readonly string[] = [
  ...['systemd', 'systemd-sysv', 'dbus', 'kmod', 'mount', 'util-linux', 'login', 'passwd', 'procps', 'netbase'],
  ...['conntrack', 'ebtables', 'ethtool', 'iproute2', 'iptables', 'nftables', 'socat', 'e2fsprogs'],
  ...['bash', 'ca-certificates', 'curl', 'iputils-ping', 'jq', 'tar'],
]

/** Debian packages that were downloaded, for a build that continues (`debootstrap --cache-dir`). */
export const packageCache = (cache: string) => join(cache, '.debian-packages')

/** The node's root file system from Debian packages: rootfs.tar, and iptables.tar for the pods that need iptables. */
export async function rootFileSystemStage(): Promise<Stage> {
  const inputs = { data: { packages, suite: versions.debian, architecture: process.arch }, paths: [script] }
  return {
    id: 'rootfs',
    title: `root file system (Debian ${versions.debian})`,
    key: await hashInputs(inputs),
    build: (directory, context) =>
      makeOfDebian(directory, context, {
        script: `harness/host/node-image/${script}`,
        suite: versions.debian,
        packages,
      }),
  }
}

/** What is made of Debian packages by a script that takes the words of make-rootfs.sh. */
interface OfDebian {
  /** Its path in the package. */
  readonly script: string
  readonly suite: string
  readonly packages: readonly string[]
}

/** A stage of Debian packages, of whichever suite. */
export async function debianStage({ id, title, ...of }: OfDebian & Pick<Stage, 'id' | 'title'>): Promise<Stage> {
  const { script: path, ...data } = of
  const inputs = { data: { ...data, architecture: process.arch }, paths: [path] }
  const key = await hashInputs(inputs, packageRoot)
  return { id, title, key, build: (directory, context) => makeOfDebian(directory, context, of) }
}

async function makeOfDebian(directory: string, context: StageContext, { script, suite, packages }: OfDebian) {
  const mirror = await configuredMirror()
  const owner = `${getuid?.() ?? 0}:${getgid?.() ?? 0}`
  const downloads = packageCache(dirname(directory))
  await mkdir(downloads, { recursive: true })
  const asRoot = async (...argv: readonly [string, ...string[]]) => {
    const [first, ...rest] = getuid?.() === 0 ? argv : (['sudo', '--non-interactive', ...argv] as const)
    await runCommand([first, ...rest], context)
  }
  const [unshare, ...namespaces] = ownNamespaces
  const what = [directory, suite, packages.join(','), owner, downloads, ...(mirror ? [mirror] : [])]
  await asRoot(unshare, ...namespaces, packageFile(script), ...what)
  await asRoot('rm', '-r', downloads)
}

/** The Debian mirror that this host's apt uses, if it uses one; debootstrap knows its own for hosts of another kind. */
async function configuredMirror(): Promise<string | undefined> {
  const listed = await hostCommand([
    'apt-get',
    'indextargets',
    '--format',
    '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)',
    'Created-By: Packages',
  ])
  return debianMirror(listed.stdout)
}

/** Picks the archive of releases from lines of "origin component codename address": not security's, nor updates'. */
export function debianMirror(lines: string): string | undefined {
  const targets = lines.split('\n').map((line) => line.split(' '))
  return targets.find(
    ([origin, component, codename = '']) => origin === 'Debian' && component === 'main' && /^[a-z]+$/.test(codename),
  )?.[3]
}
