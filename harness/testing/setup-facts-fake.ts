import type { EngineFacts } from '../host/setup/engine-facts.ts'
import type { HostFacts } from '../host/setup/host-facts.ts'
import type { ImageFacts } from '../host/setup/image-facts.ts'
import type { SetupFacts } from '../host/setup/setup-facts.ts'

const host: HostFacts = {
  os: { id: 'debian', idLike: [], versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
  apt: true,
  dpkgInterrupted: false,
  user: 'root',
  rights: 'root',
  serviceManager: true,
  sysResource: true,
  appArmor: false,
  cores: 4,
  memory: { totalMb: 16_000, availableMb: 12_000 },
  inotifyInstances: 1_024,
  inotifyWatches: 524_288,
  ipForward: true,
  cgroup: 'v2',
  go: '1.26.8',
  dockerd: true,
  dockerClient: true,
}

const engine: EngineFacts = {
  state: 'answers',
  reason: '',
  version: '26.1.5',
  cgroup: 'v2',
  defaultRuntime: 'runc',
  rootDir: '/var/lib/docker',
  freeDiskMb: 80_000,
  running: 0,
  sysResource: true,
}

const images: ImageFacts = {
  workload: { ref: 'drill.local/workload:1', there: true },
  node: { ref: 'drill.local/node:v1.36.4-1', there: true, asked: false },
  balancer: { ref: 'docker.io/envoyproxy/envoy:v1.36.2', there: true },
  secondProber: { ref: 'drill.local/second-prober:1', there: true },
  officialNode: 'kindest/node:v1.36.4',
  extra: [],
  buildPackages: ['debootstrap', 'gcc'],
}

interface Differences {
  readonly host?: Partial<HostFacts>
  readonly engine?: Partial<EngineFacts>
  readonly images?: Partial<ImageFacts>
}

/** A machine that has everything, but for the differences; for tests of what is decided from facts. */
export function setupFactsFake(
  differences: Differences & Partial<Omit<SetupFacts, keyof Differences>> = {},
): SetupFacts {
  return {
    foreignEngine: undefined,
    daemonConfig: undefined,
    installedRuntime: undefined,
    kind: { path: '/root/go/bin/kind', version: '0.33.0', fits: true },
    registry: false,
    missingPackages: [],
    ...differences,
    host: { ...host, ...differences.host },
    engine: { ...engine, ...differences.engine },
    images: { ...images, ...differences.images },
  }
}

/** No engine, no kind, no image, no network but packages; what a fresh Debian or Ubuntu with Go is. */
export function freshMachineFake(
  differences: Differences & Partial<Omit<SetupFacts, keyof Differences>> = {},
): SetupFacts {
  const absent = {
    workload: { ...images.workload, there: false },
    node: { ...images.node, there: false },
    balancer: { ...images.balancer, there: false },
    secondProber: { ...images.secondProber, there: false },
  }
  return setupFactsFake({
    kind: undefined,
    missingPackages: images.buildPackages,
    ...differences,
    host: { dockerd: false, dockerClient: false, inotifyInstances: 128, ipForward: false, ...differences.host },
    engine: {
      state: 'no-client',
      reason: 'the docker command is not installed',
      version: '',
      cgroup: undefined,
      defaultRuntime: '',
      freeDiskMb: undefined,
      sysResource: undefined,
      ...differences.engine,
    },
    images: { ...absent, ...differences.images },
  })
}
