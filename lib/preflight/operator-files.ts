import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { operatorFiles } from '../kubeadm/required-files.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { ownFiles } from '../pki/own-files.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'

/** Rejects with PreconditionError that lists all files the machines need and only an operator can restore. */
export async function refuseMissingFiles(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const found = await forEachNode(cluster.machines, (host) => missingOn(cluster, host, signal))
  const missing = found.flat()
  if (missing.length > 0) {
    throw new PreconditionError(
      `the machines need files that kubeadm cannot recreate, and they are gone: ${missing.join(', ')}; nothing was changed: restore them and start again`,
      { reason: 'operator-files-missing' },
    )
  }
}

/** Also those that files which are there name, such as the plugins' files in an admission configuration. */
async function missingOn(
  { config }: ClusterState,
  { node, facts, mirrorPodSpecs }: NodeState,
  signal: AbortSignal,
): Promise<string[]> {
  const own = ownFiles(config)
  const ofPods = node.role === 'control-plane' ? operatorFiles(config, mirrorPodSpecs, own) : []
  const ofKubelet = facts.kubeletFiles.filter((path) => !own.has(path))
  const needed = [...new Set([...ofPods, ...ofKubelet])]
  if (needed.length === 0) return []
  const script = bash`
${emitFunction}
for path in ${needed}; do
  if [ ! -s "$path" ] && [ ! -d "$path" ]; then echo "$path"
  elif [ -f "$path" ]; then
    { sed '/^ *#/d' "$path" | grep -aoE '/etc/kubernetes/[A-Za-z0-9_./-]+' || true; } | sort -u | while read -r named; do
      if [ ! -e "$named" ]; then echo "$named"; fi
    done
  fi
done | emit missing
`
  const { stdout } = await runScript(node, 'find missing operator files', script, { public: true, signal })
  const missing = new Set(linesOf(parseFields(stdout)('missing')).filter((path) => !own.has(path)))
  return [...missing].map((path) => `${path} on ${node.name}`)
}
