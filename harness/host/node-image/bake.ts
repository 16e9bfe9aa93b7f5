import { chmod, copyFile, cp, link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFile } from '../package/package-files.ts'
import { docker, ourLabel } from './engine.ts'
import { podImageNames, type StageDirectories } from './pod-images.ts'
import { runCommand } from './run-command.ts'
import { isAlive, partialDirectory, type StageContext } from './stage.ts'
import type { KubernetesRelease } from './versions.ts'

const entrypoint = ['/usr/local/bin/entrypoint', '/sbin/init']

// `docker import` and `docker commit` of 20.10 refuse STOPSIGNAL, so it must come from a Dockerfile; a later commit keeps it.
const dockerfile = `FROM scratch
ADD rootfs.tar /
COPY node /
ENV container=docker PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT ${JSON.stringify(entrypoint)}
`

const nodePrograms: Readonly<Record<string, readonly string[]>> = {
  'usr/bin': [
    'kubernetes/kube',
    'crictl/crictl',
    'containerd/containerd',
    'containerd/containerd-shim-runc-v2',
    'containerd/ctr',
  ],
  'usr/sbin': ['runc/runc'],
  'opt/cni/bin': ['ptp', 'host-local', 'loopback', 'portmap'].map((name) => `cni-plugins/${name}`),
}

/** What of the bake is not in files: part of the key of every node image. */
export const bakeInputs = { dockerfile, nodePrograms }

interface BaseBake {
  readonly tag: string
  readonly release: KubernetesRelease
  readonly stages: StageDirectories
  readonly cache: string
}

/** A node with everything but the workload: the images of Kubernetes are in its store. */
export async function bakeNodeBase({ tag, release, stages, cache }: BaseBake, context: StageContext): Promise<void> {
  await removeAbandoned(context)
  const work = await partialDirectory('bake', cache)
  try {
    await layOutNode(join(work, 'node'), release, stages)
    await link(join(stages['rootfs'] ?? '', 'rootfs.tar'), join(work, 'rootfs.tar'))
    await writeFile(join(work, 'Dockerfile'), dockerfile)
    // Of this process alone: another build of the same base must not lose it halfway.
    const bare = `${tag}${bareSuffix}${process.pid}`
    await docker(['build', '--quiet', '--tag', bare, work], context)
    await importImages({ from: bare, to: tag, archive: join(stages['pod-images'] ?? '', 'images.tar') }, context)
    await docker(['rmi', '--no-prune', bare], context)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

interface NodeBake {
  readonly tag: string
  readonly base: string
  readonly workloadImage: string
  readonly cache: string
}

/** The node image itself: the base, and the workload's image in the same store. */
export async function bakeNode({ tag, base, workloadImage, cache }: NodeBake, context: StageContext): Promise<void> {
  const work = await partialDirectory('workload', cache)
  try {
    const archive = join(work, 'workload.tar')
    await docker(['save', '--output', archive, workloadImage], context)
    await importImages({ from: base, to: tag, archive }, context)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function layOutNode(root: string, release: KubernetesRelease, stages: StageDirectories): Promise<void> {
  await cp(packageFile('harness/host/node-image/files'), root, { recursive: true })
  for (const [directory, programs] of Object.entries(nodePrograms)) {
    await mkdir(join(root, directory), { recursive: true })
    for (const program of programs) {
      const [stage = '', name = ''] = program.split('/')
      await copyFile(join(stages[stage] ?? '', name), join(root, directory, name))
      await chmod(join(root, directory, name), 0o755)
    }
  }
  for (const name of ['kubelet', 'kubeadm', 'kubectl']) await symlink('kube', join(root, 'usr/bin', name))
  for (const directory of ['etc/kubernetes/manifests', 'etc/cni/net.d'])
    await mkdir(join(root, directory), { recursive: true })

  const units = join(root, 'etc/systemd/system')
  await mkdir(join(units, 'multi-user.target.wants'), { recursive: true })
  for (const unit of ['containerd', 'kubelet']) {
    await symlink(`/etc/systemd/system/${unit}.service`, join(units, 'multi-user.target.wants', `${unit}.service`))
  }
  const names = podImageNames(release)
  await writeFile(join(root, 'kind/version'), `v${release.version}\n`)
  await fillIn(join(root, 'etc/containerd/config.toml'), '@PAUSE_IMAGE@', names.pause)
  await fillIn(join(root, 'kind/manifests/default-cni.yaml'), '@PODNET_IMAGE@', names.podnet)
}

async function fillIn(file: string, placeholder: string, value: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(placeholder, value))
}

interface Import {
  readonly from: string
  readonly to: string
  readonly archive: string
}

/** Runs the node's own containerd in a plain container, gives it an archive, and keeps what it wrote as an image. */
async function importImages({ from, to, archive }: Import, context: StageContext): Promise<void> {
  const name = `${bakePrefix}${process.pid}-${Math.round(performance.now())}`
  const create = [
    'docker',
    'create',
    '--interactive',
    '--network=none',
    '--security-opt=seccomp=unconfined',
    `--label=${ourLabel}=bake`,
  ]
  const start = ['docker', 'start', '--interactive', '--attach', name]
  try {
    await docker([...create.slice(1), `--name=${name}`, '--entrypoint=/kind/bin/import-images', from], context)
    await runCommand(['sh', '-c', 'archive=$1; shift; exec "$@" <"$archive"', 'sh', archive, ...start], context)
    const changes = [`ENTRYPOINT ${JSON.stringify(entrypoint)}`, `LABEL ${ourLabel}=node`]
    await docker(['commit', ...changes.flatMap((change) => ['--change', change]), name, to], context)
  } finally {
    await docker(['rm', '--force', '--volumes', name], {})
  }
}

const bareSuffix = '-bare-'
const bakePrefix = 'drill-bake-'

/** Containers and images of bakes whose process was killed. */
async function removeAbandoned(context: Pick<StageContext, 'signal'>): Promise<void> {
  const lines = (text: string) => text.split('\n').filter(Boolean)
  const isAbandoned = (pid: string | undefined) => pid !== undefined && !isAlive(Number(pid))
  const containers = await docker(['ps', '--all', `--filter=label=${ourLabel}=bake`, '--format={{.Names}}'], context)
  const abandoned = lines(containers).filter((name) => isAbandoned(/^drill-bake-(\d+)-/.exec(name)?.[1]))
  if (abandoned.length > 0) await docker(['rm', '--force', '--volumes', ...abandoned], context)
  const images = await docker(['images', '--format={{.Repository}}:{{.Tag}}', 'drill.local/node-base'], context)
  const bare = lines(images).filter((tag) => isAbandoned(/-bare-(\d+)$/.exec(tag)?.[1]))
  if (bare.length > 0) await docker(['rmi', '--no-prune', ...bare], context)
}
