import { cp, link, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFile } from '../package/package-files.ts'
import { lastLane, monitorBuild } from '../node-image/build-monitor.ts'
import { docker, hasImage, ourLabel } from '../node-image/engine.ts'
import { downloadedModule } from '../node-image/go-build.ts'
import { type GoProgram, goProgramStage } from '../node-image/go-programs.ts'
import { hashInputs } from '../node-image/hash-inputs.ts'
import { rootFileSystemStage } from '../node-image/root-file-system.ts'
import { runCommand } from '../node-image/run-command.ts'
import {
  type BuildContext,
  ensureStage,
  isFinished,
  partialDirectory,
  type Stage,
  stageCacheDirectory,
} from '../node-image/stage.ts'
import type { ExtraImages } from './extra-image.ts'

const certManager = 'github.com/cert-manager/cert-manager'

/** A test keeps the versions in step with the go.mod files. */
export const components = [
  {
    id: 'metrics-server',
    module: 'sigs.k8s.io/metrics-server',
    version: '0.9.0',
    packages: ['sigs.k8s.io/metrics-server/cmd/metrics-server'],
  },
  {
    id: 'local-path-provisioner',
    module: 'github.com/rancher/local-path-provisioner',
    version: '0.0.30',
    packages: ['github.com/rancher/local-path-provisioner'],
  },
  {
    id: 'cert-manager',
    module: certManager,
    version: '1.21.2',
    packages: ['.'],
    // Its directory is named after the module of ours.
    renames: { drill: 'cert-manager' },
  },
  {
    id: 'traefik',
    module: 'github.com/traefik/traefik/v3',
    version: '3.7.13',
    packages: ['github.com/traefik/traefik/v3/cmd/traefik'],
    // Its 200 DNS providers import hundreds of modules, of which not all can be had.
    cut: {
      module: 'github.com/go-acme/lego/v5@v5.4.1',
      directory: 'lego',
      without: ['providers/dns', 'cmd', 'e2e', 'main.go', 'internal/generators', 'zz_gen_version.go'],
    },
  },
  {
    id: 'flannel',
    module: 'github.com/flannel-io/flannel',
    version: '0.28.10',
    packages: ['github.com/flannel-io/flannel'],
    linkerFlags: ['-X github.com/flannel-io/flannel/pkg/version.Version=v0.28.10'],
    renames: { flannel: 'flanneld' },
    // The backend of Tencent's cloud imports modules that not every Go proxy has, and the one for UDP is in part C.
    cut: {
      module: 'github.com/flannel-io/flannel@v0.28.10',
      directory: 'flannel',
      without: ['pkg/backend/tencentvpc', 'pkg/backend/udp'],
    },
  },
] as const

const programs = components.map((component): GoProgram => {
  const { id, version } = component
  return { linkerFlags: [], ...component, title: `${id} ${version}`, module: id }
})

// The base has bash and a few tools: local-path-provisioner makes each volume with a shell script of the cluster's. flannel wants nft and
// iptables.
const dockerfile = `FROM scratch
ADD balancer.tar /
ADD iptables.tar /
COPY programs /usr/local/bin/
COPY crds /crds/
RUN mkdir -p /tmp && chmod 1777 /tmp
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["sleep", "infinity"]
`

const bake = { id: 'bake-neighbours', title: 'image of the neighbours', lane: lastLane }

async function plan() {
  const [base, stages] = await Promise.all([rootFileSystemStage(), Promise.all(programs.map(goProgramStage))])
  const keys = [base, ...stages].map(({ id, key }) => `${id}-${key}`)
  const ref = `drill.local/neighbours:${await hashInputs({ data: { dockerfile, keys } })}`
  return { base, stages, ref }
}

/** Real components of clusters in one image, from their public Go modules: `drill.local/neighbours:<12 hexadecimal digits>`. */
export const neighboursImages: ExtraImages = {
  title:
    'the image of the neighbours (metrics-server, cert-manager, local-path-provisioner, traefik, flannel; some 10 minutes on 2 cores the first time)',
  why: 'drill run --workload neighbours runs them',
  needsGo: true,
  refs: async () => [(await plan()).ref],
  async ensure(context) {
    const { base, stages, ref } = await plan()
    if (await hasImage(ref, context)) return
    const cache = stageCacheDirectory()
    const wanted: Stage[] = []
    for (const stage of [base, ...stages]) if (!(await isFinished(stage, cache))) wanted.push(stage)
    using monitor = await monitorBuild({
      stages: [...wanted.map(({ id, title }) => ({ id, title, lane: 'programs' })), bake],
      timesFile: join(cache, '.times.json'),
      downloadDirectories: [join(await runCommand(['go', 'env', 'GOMODCACHE'], context), 'cache', 'download')],
      onState: context.onState,
    })
    const finished = new Map<Stage, string>()
    for (const stage of [base, ...stages]) {
      monitor.started(stage.id)
      if (wanted.includes(stage)) await stage.fetch?.(context)
      const onPackages = (compiled: number, of: number) => monitor.packages(stage.id, { compiled, of })
      finished.set(stage, await ensureStage(stage, cache, { ...context, onPackages }))
      await monitor.finished(stage.id)
    }
    monitor.started(bake.id)
    await bakeImage(
      ref,
      { base: finished.get(base) ?? '', stages: stages.map((one) => finished.get(one) ?? '') },
      cache,
      context,
    )
    await monitor.finished(bake.id)
    context.onProgress(`image of the neighbours: ${ref}`)
  },
}

interface Directories {
  readonly base: string
  readonly stages: readonly string[]
}

async function bakeImage(
  ref: string,
  { base, stages }: Directories,
  cache: string,
  context: BuildContext,
): Promise<void> {
  const work = await partialDirectory('neighbours-image', cache)
  try {
    for (const name of ['balancer.tar', 'iptables.tar']) await link(join(base, name), join(work, name))
    for (const directory of stages) await cp(directory, join(work, 'programs'), { recursive: true })
    await mkdir(join(work, 'crds'))
    await copyCrds(join(work, 'crds'), context)
    await writeFile(join(work, 'Dockerfile'), dockerfile)
    await docker(['build', '--quiet', '--label', `${ourLabel}=neighbours`, '--tag', ref, work], context)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Those of its own group, from the module that the program was made of. ACME's are left out, as it is. */
async function copyCrds(to: string, context: BuildContext): Promise<void> {
  const ours = packageFile('harness/host/node-image/go/cert-manager')
  const crds = join(await downloadedModule(ours, certManager, context), 'deploy/crds')
  const names = (await readdir(crds)).filter((name) => name.startsWith('cert-manager.io_'))
  if (names.length === 0) throw new Error(`${crds} has no CRDs`)
  for (const name of names) await cp(join(crds, name), join(to, name))
}
