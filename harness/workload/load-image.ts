import { gzipSync } from 'node:zlib'
import { ClusterError } from '../errors.ts'
import { hostCommand } from '../host-command.ts'
import type { Machine } from '../ports.ts'

const importTimeoutMs = 180_000

/**
 * Brings an image of the engine into the containerd of the machines that lack it. `kind load` takes minutes for what a gzip
 * through `docker exec` does in seconds. Rejects with ClusterError.
 */
export async function loadImage(image: string, machines: readonly Machine[], signal: AbortSignal): Promise<void> {
  const absent = (
    await Promise.all(machines.map(async (machine) => ((await hasImage(machine, image, signal)) ? [] : [machine])))
  ).flat()
  if (absent.length === 0) return
  const saved = await hostCommand(['docker', 'save', image], { timeoutMs: importTimeoutMs, signal })
  if (saved.exitCode !== 0)
    throw new ClusterError(`the engine did not give ${image}: ${saved.stderr.trim()}`, 'npx drill setup')
  const archive = gzipSync(saved.stdoutBytes, { level: 1 })
  const argv = [
    'ctr',
    '--namespace',
    'k8s.io',
    'images',
    'import',
    '--all-platforms',
    '--digests',
    '--snapshotter',
    'overlayfs',
    '-',
  ]
  await Promise.all(absent.map((machine) => machine.exec(argv, { input: archive, timeoutMs: importTimeoutMs, signal })))
}

async function hasImage(machine: Machine, image: string, signal: AbortSignal): Promise<boolean> {
  return machine.exec(['crictl', 'inspecti', '--quiet', image], { signal, timeoutMs: 20_000 }).then(
    () => true,
    () => false,
  )
}
