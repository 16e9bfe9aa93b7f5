import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { operatorFiles } from '../kubeadm/required-files.ts'
import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'

/** Rejects with PreconditionError that lists all files the control planes need and only an operator can restore. */
export async function refuseMissingFiles({ controlPlanes, config }: ClusterState, signal: AbortSignal): Promise<void> {
  const found = await forEachNode(controlPlanes, async ({ node, mirrorPodSpecs }) => {
    const needed = operatorFiles(config, mirrorPodSpecs)
    if (needed.length === 0) return []
    const script = bash`
${emitFunction}
for path in ${needed}; do
  if [ ! -s "$path" ] && [ ! -d "$path" ]; then echo "$path"; fi
done | emit missing
`
    const { stdout } = await runScript(node, 'find missing operator files', script, { signal })
    return linesOf(parseFields(stdout)('missing')).map((path) => `${path} on ${node.name}`)
  })
  const missing = found.flat()
  if (missing.length > 0) {
    throw new PreconditionError(
      `the control plane needs files that kubeadm cannot recreate, and they are gone: ${missing.join(', ')}; nothing was changed: restore them and start again`,
      { reason: 'operator-files-missing' },
    )
  }
}
