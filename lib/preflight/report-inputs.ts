import { operatorFiles } from '../kubeadm/required-files.ts'
import type { NodeState, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { ownFiles } from '../pki/own-files.ts'

/** Emits, for the report, every file and object on the machines that the survey used. */
export function reportInputs({ emit }: Pick<RecoveryContext, 'emit'>, cluster: ClusterState): void {
  for (const host of cluster.machines) {
    for (const path of inputsOf(host, cluster)) emit({ type: 'input.used', node: host.node.name, path })
  }
}

function inputsOf({ facts, storedKeys, mirrorPodSpecs, node }: NodeState, { config }: ClusterState): string[] {
  if (node.role === 'worker') return [...facts.filesRead]
  const member = `${facts.etcdDataDir ?? ''}/member`
  const stored = ["etcd's members", ...storedKeys].map((what) => `${member}/snap/db: ${what}`)
  return [
    ...facts.filesRead,
    `${member}/wal: the id of etcd's cluster`,
    ...stored,
    ...operatorFiles(config, mirrorPodSpecs, ownFiles(config)),
  ]
}
