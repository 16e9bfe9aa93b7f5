import { bash, runScript } from '../../../lib/shell/bash.ts'
import { forEachNode } from '../../../lib/engine/for-each-node.ts'
import { siteOf } from '../../../lib/preflight/survey.ts'
import type { RecoveryContext } from '../../../lib/engine/step.ts'

/** Copies files of the first master's certificates' directory to the other masters, in one archive, off every record. */
export async function copyFromFirst(context: RecoveryContext, files: readonly string[]): Promise<void> {
  const site = await siteOf(context)
  const { signal } = context
  const pki = site.config.certificatesDir
  const others = site.controlPlanes.filter((host) => host !== site.first)
  if (others.length === 0) return
  const pack = bash`tar -C ${pki} -cf - ${files} | base64`
  const { stdout } = await runScript(site.first.node, `read ${files.join(', ')}`, pack, { signal, secret: true })
  const unpack = bash`
mkdir -p ${pki}
base64 -d | tar -C ${pki} -xf -
`
  await forEachNode(others, ({ node }) =>
    runScript(node, `write ${files.join(', ')}`, unpack, { signal, secret: true, input: stdout }),
  )
}
