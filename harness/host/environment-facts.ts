import { cpus, release, totalmem } from 'node:os'
import { drillVersion } from './package/drill-version.ts'
import { packageRoot, runsFromSources } from './package/package-files.ts'
import { hostCommand } from './process/host-command.ts'
import type { RunRecord } from '../model/run-record.ts'
import { cgroupVersion } from './setup/host-facts.ts'
import { kindPath } from './setup/kind-path.ts'

const quick = { timeoutMs: 10_000 }

/** Facts for the record: versions, image ids, this host, the state of the sources. */
export async function environmentOf(images: {
  readonly node: string
  readonly workload: string
}): Promise<Pick<RunRecord, 'versions' | 'images' | 'host' | 'git'>> {
  const say = async (...argv: [string, ...string[]]) => (await hostCommand(argv, quick)).stdout.trim()
  const idOf = (ref: string) => say('docker', 'image', 'inspect', '--format', '{{.Id}}', ref)
  const [kind, engine, nodeId, workloadId, git, cgroup] = await Promise.all([
    kindPath().then((path) => say(path, 'version', '--quiet')),
    say('docker', 'version', '--format', '{{.Server.Version}}'),
    idOf(images.node),
    idOf(images.workload),
    gitState(),
    cgroupVersion(),
  ])
  return {
    versions: { drill: drillVersion(), node: process.version, kind, engine, kernel: release() },
    images: { node: images.node, nodeId, workload: images.workload, workloadId },
    host: { cores: cpus().length, memoryBytes: totalmem(), cgroup: cgroup ?? 'v1' },
    git,
  }
}

/** Commit and dirtiness of drill's own sources; null where it runs from a package. */
async function gitState(): Promise<RunRecord['git']> {
  // An installed package may lie in somebody else's repository.
  if (!runsFromSources) return { commit: null, dirty: null }
  const head = await hostCommand(['git', '-C', packageRoot, 'rev-parse', 'HEAD'], quick)
  if (head.exitCode !== 0) return { commit: null, dirty: null }
  const status = await hostCommand(['git', '-C', packageRoot, 'status', '--porcelain'], quick)
  return { commit: head.stdout.trim(), dirty: status.stdout.trim() !== '' }
}
