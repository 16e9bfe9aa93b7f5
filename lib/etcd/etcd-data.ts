import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState } from '../model.ts'

/**
 * The precondition of starting etcd: every control plane's data directory has a write-ahead log and a database. An etcd
 * started on an empty directory becomes a new, empty cluster, and an API server on that makes every kubelet delete
 * every pod (kubernetes#38918).
 */
export async function requireEtcdData(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const member = `${cluster.config.etcdDataDir}/member`
  const script = bash`
${emitFunction}
if compgen -G ${member}'/wal/*.wal' >/dev/null && [ -s ${member}/snap/db ]; then echo yes; fi | emit present
`
  const empty = await forEachNode(cluster.controlPlanes, async ({ node }) => {
    const { stdout } = await runScript(node, 'check that etcd has its data', script, { public: true, signal })
    return parseFields(stdout)('present') === 'yes' ? [] : [node.name]
  })
  const names = empty.flat()
  if (names.length > 0) {
    throw new PreconditionError(
      `etcd has no data in ${member} on ${names.join(', ')}: nothing was started, since an empty etcd makes kubelets delete every pod; ` +
        `bring the data directory back, or remove and re-add that member`,
      { reason: 'etcd-data-missing' },
    )
  }
}
