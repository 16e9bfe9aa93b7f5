import { ClusterError } from '../model/errors.ts'
import { hostCommand } from '../host/process/host-command.ts'
import type { Machine } from '../model/cluster.ts'

const importTimeoutMs = 180_000

/** Into one node, without a copy in memory: the image has more than 100 MB. ctr leaves the padding at the archive's end unread, which would end the sender. */
const pipeline = `
set -o pipefail
docker save "$1" | gzip -1 | docker exec --privileged --interactive "$2" sh -c '
  gunzip | { ctr --namespace k8s.io images import --all-platforms --digests --snapshotter overlayfs -; code=$?; cat >/dev/null; exit $code; }'
`

/**
 * Brings an image of the engine into the containerd of the machines that lack it, all at once. `kind load` takes minutes for
 * what this does in seconds. Rejects with ClusterError.
 */
export async function loadImage(image: string, machines: readonly Machine[], signal: AbortSignal): Promise<void> {
  await Promise.all(
    machines.map(async (machine) => {
      if (await hasImage(machine, image, signal)) return
      const argv = ['bash', '-c', pipeline, 'load-image', image, machine.name] as const
      const { exitCode, stderr } = await hostCommand([...argv], { timeoutMs: importTimeoutMs, signal })
      signal.throwIfAborted()
      if (exitCode !== 0)
        throw new ClusterError(
          `could not load ${image} into ${machine.name}: ${stderr.trim()}`,
          'npx --no-install drill setup',
        )
    }),
  )
}

async function hasImage(machine: Machine, image: string, signal: AbortSignal): Promise<boolean> {
  return machine.exec(['crictl', 'inspecti', '--quiet', image], { signal, timeoutMs: 20_000 }).then(
    () => true,
    () => false,
  )
}
