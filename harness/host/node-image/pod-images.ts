import { chmod, copyFile, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashInputs } from './hash-inputs.ts'
import { addLayer, writeImages, type OciLayer } from './oci-archive.ts'
import { runCommand } from './run-command.ts'
import type { BuildContext, Stage } from './stage.ts'
import type { KubernetesRelease } from './versions.ts'

/** Directories of finished stages, by their id. */
export type StageDirectories = Readonly<Record<string, string>>

/** What kubeadm and the manifests of the node image run as pods. */
export function podImageNames(release: KubernetesRelease) {
  const { version, imageTags } = release
  const registry = 'registry.k8s.io'
  return {
    apiServer: `${registry}/kube-apiserver:v${version}`,
    controllerManager: `${registry}/kube-controller-manager:v${version}`,
    scheduler: `${registry}/kube-scheduler:v${version}`,
    proxy: `${registry}/kube-proxy:v${version}`,
    etcd: `${registry}/etcd:${imageTags.etcd}`,
    coredns: `${registry}/coredns/coredns:${imageTags.coredns}`,
    pause: `${registry}/pause:${imageTags.pause}`,
    podnet: `drill.local/podnet:v${version}`,
  } as const
}

const kubePrograms = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'podnet'] as const

/** All pod images in one archive, images.tar, that containerd can import. */
export async function podImagesStage(
  release: KubernetesRelease,
  inputs: readonly Stage[],
  directories: () => StageDirectories,
): Promise<Stage> {
  const keys = inputs.map(({ id, key }) => `${id}-${key}`)
  return {
    id: 'pod-images',
    title: 'pod images',
    key: await hashInputs({
      data: { keys, names: podImageNames(release) },
      paths: ['pod-images.ts', 'oci-archive.ts'],
    }),
    async build(directory, context) {
      await buildPodImages(release, directories(), directory, context)
    },
  }
}

async function buildPodImages(
  release: KubernetesRelease,
  stages: StageDirectories,
  directory: string,
  context: BuildContext,
): Promise<void> {
  const layout = join(directory, 'layout')
  const work = join(directory, 'work')
  const from = (stage: string, file: string) => join(stages[stage] ?? '', file)

  const layer = async (
    name: string,
    files: Readonly<Record<string, string>>,
    links: Readonly<Record<string, string>> = {},
  ) => {
    const root = join(work, name)
    for (const [path, source] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await copyFile(source, join(root, path))
      await chmod(join(root, path), 0o755)
    }
    for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path))
    const tarFile = join(work, `${name}.tar`)
    await runCommand([...reproducibleTar, '--directory', root, '--create', '--file', tarFile, '.'], context)
    return addLayer(layout, tarFile)
  }

  const programs = Object.fromEntries(kubePrograms.map((name) => [`usr/local/bin/${name}`, 'kube']))
  const kube = await layer('kube', { 'usr/local/bin/kube': from('kubernetes', 'kube') }, programs)
  const iptables = await addLayer(layout, from('rootfs', 'iptables.tar'))
  const etcd = await layer(
    'etcd',
    Object.fromEntries(['etcd', 'etcdctl', 'etcdutl'].map((name) => [`usr/local/bin/${name}`, from('etcd', name)])),
  )
  const coredns = await layer('coredns', { coredns: from('coredns', 'coredns') })
  const pause = await layer('pause', { pause: from('pause', 'pause') })

  const names = podImageNames(release)
  const image = (name: string, entrypoint: string, ...layers: readonly OciLayer[]) => ({
    name,
    entrypoint: [entrypoint],
    layers,
  })
  await writeImages(layout, [
    image(names.apiServer, '/usr/local/bin/kube-apiserver', kube),
    image(names.controllerManager, '/usr/local/bin/kube-controller-manager', kube),
    image(names.scheduler, '/usr/local/bin/kube-scheduler', kube),
    image(names.proxy, '/usr/local/bin/kube-proxy', iptables, kube),
    image(names.podnet, '/usr/local/bin/podnet', iptables, kube),
    image(names.etcd, '/usr/local/bin/etcd', etcd),
    image(names.coredns, '/coredns', coredns),
    image(names.pause, '/pause', pause),
  ])
  await runCommand(
    [...reproducibleTar, '--directory', layout, '--create', '--file', join(directory, 'images.tar'), '.'],
    context,
  )
  await Promise.all([layout, work].map((path) => rm(path, { recursive: true })))
}

const reproducibleTar = ['tar', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'] as const
