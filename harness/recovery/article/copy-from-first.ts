import { bash, runScript } from '../../../lib/shell/bash.ts'
import { forEachNode } from '../../../lib/engine/for-each-node.ts'
import type { RecoveryContext } from '../../../lib/engine/step.ts'
import type { ClusterState } from '../../../lib/model.ts'

/** Copies files from the first control plane's certificates directory to the others, as one archive that no record holds. */
export async function copyFromFirst(
  cluster: ClusterState,
  context: RecoveryContext,
  files: readonly string[],
): Promise<void> {
  const { signal } = context
  const pki = cluster.config.certificatesDir
  const others = cluster.controlPlanes.filter((host) => host !== cluster.first)
  if (others.length === 0) return
  const pack = bash`tar -C ${pki} -cf - ${files} | base64`
  const { stdout } = await runScript(cluster.first.node, `read ${files.join(', ')}`, pack, { signal })
  const unpack = bash`
mkdir -p ${pki}
base64 -d | tar -C ${pki} -xf -
`
  await forEachNode(others, ({ node }) =>
    runScript(node, `write ${files.join(', ')}`, unpack, { signal, input: stdout }),
  )
}
