import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFile } from '../package/package-files.ts'
import { type CutModule, layOutModule } from './cut-module.ts'
import { fetchModules, goBuild, goFlags, goLinkerFlags } from './go-build.ts'
import { hashInputs } from './hash-inputs.ts'
import type { Stage } from './stage.ts'
import { versions, type KubernetesRelease } from './versions.ts'

export interface GoProgram {
  readonly id: string
  readonly title: string
  /** The module under go/. */
  readonly module: string
  readonly packages: readonly string[]
  readonly linkerFlags: readonly string[]
  readonly tags?: readonly string[]
  readonly cgo?: true
  /** What `go build` calls a program, and what it is called here. */
  readonly renames?: Readonly<Record<string, string>>
  readonly cut?: CutModule
}

/**
 * The stages that compile Go modules: one each, its programs in its directory.
 */
export async function goProgramStages(release: KubernetesRelease): Promise<readonly Stage[]> {
  return Promise.all(goPrograms(release).map(goProgramStage))
}

function goPrograms(release: KubernetesRelease): readonly GoProgram[] {
  return [
    {
      id: 'runc',
      title: `runc ${versions.runc}`,
      module: 'runc',
      packages: ['github.com/opencontainers/runc'],
      // Static, as no library of this host need be in the node. Without the tag it starts no pod: "config provided but seccomp not supported".
      cgo: true,
      tags: ['seccomp', 'netgo', 'osusergo'],
      linkerFlags: ['-linkmode external', '-extldflags -static'],
    },
    {
      id: 'cni-plugins',
      title: `CNI plugins ${versions.cniPlugins}`,
      module: 'cni',
      packages: ['main/ptp', 'main/loopback', 'ipam/host-local', 'meta/portmap'].map(
        (name) => `github.com/containernetworking/plugins/plugins/${name}`,
      ),
      linkerFlags: [
        `-X github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=v${versions.cniPlugins}`,
      ],
    },
    {
      id: 'containerd',
      title: `containerd ${versions.containerd}`,
      module: 'containerd',
      packages: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map(
        (name) => `github.com/containerd/containerd/v2/cmd/${name}`,
      ),
      linkerFlags: [`-X github.com/containerd/containerd/v2/version.Version=v${versions.containerd}`],
    },
    {
      id: 'etcd',
      title: `etcd ${versions.etcd}`,
      module: 'etcd',
      packages: ['server', 'etcdctl', 'etcdutl'].map((name) => `go.etcd.io/etcd/${name}/v3`),
      linkerFlags: [],
      renames: { server: 'etcd' },
    },
    {
      id: 'crictl',
      title: `crictl ${versions.crictl}`,
      module: 'crictl',
      packages: ['sigs.k8s.io/cri-tools/cmd/crictl'],
      linkerFlags: [`-X sigs.k8s.io/cri-tools/pkg/version.Version=v${versions.crictl}`],
    },
    { id: 'coredns', title: `CoreDNS ${versions.coredns}`, module: 'coredns', packages: ['.'], linkerFlags: [] },
    {
      id: 'kubernetes',
      title: `Kubernetes ${release.version}`,
      module: release.moduleDirectory,
      packages: ['.'],
      linkerFlags: ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((name) =>
        kubernetesVersionFlags(name, release.version),
      ),
      renames: { [release.moduleDirectory]: 'kube' },
    },
  ]
}

/** What the release's own build sets: kubeadm and the API server read their version from it. The module carries no commit and no date. */
function kubernetesVersionFlags(packageName: string, version: string): readonly string[] {
  const [major = '', minor = ''] = version.split('.')
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: `module-v${version}`,
    buildDate: '1970-01-01T00:00:00Z',
  }
  return Object.entries(values).map(([name, value]) => `-X ${packageName}.${name}=${value}`)
}

/** A stage that compiles one module; its programs are in its directory. */
export async function goProgramStage(program: GoProgram): Promise<Stage> {
  const { id, title, module, packages, renames = {}, cut } = program
  const env = { CGO_ENABLED: program.cgo ? '1' : '0' }
  const flags = [
    '-mod=readonly',
    ...goFlags,
    ...(program.tags ? [`-tags=${program.tags.join(',')}`] : []),
    `-ldflags=${[goLinkerFlags, ...program.linkerFlags].join(' ')}`,
  ]
  const key = await hashInputs({
    data: { flags, env, packages, renames, architecture: process.arch, ...(cut ? { cut } : {}) },
    paths: [join('go', module)],
  })
  const ours = packageFile(`harness/host/node-image/go/${module}`)
  const build = { module: ours, packages, flags, env }
  return {
    id,
    key,
    title,
    ...(cut ? {} : { fetch: (context) => fetchModules(build, context) }),
    async build(directory, context) {
      if (cut) {
        const source = join(directory, '.source')
        await layOutModule(ours, cut, source, context)
        await goBuild({ ...build, module: source }, directory, context)
        await rm(source, { recursive: true })
      } else {
        await goBuild(build, directory, context)
      }
      for (const [from, to] of Object.entries(renames)) await rename(join(directory, from), join(directory, to))
    },
  }
}
