import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { argumentsOf, fileUsers, letRead, unreadableFunction } from '../static-pods/run-as.ts'

interface Unreadable {
  readonly host: NodeState
  readonly files: readonly string[]
}

/** The files of static pods that run as another user than root, and cannot read them. */
async function unreadableOn(host: NodeState, signal: AbortSignal): Promise<readonly string[]> {
  const users = fileUsers(host)
  if (users.length === 0) return []
  const looks = users.flatMap(({ path, readers }) =>
    readers.map(
      (reader) => bash`if unreadable ${path} ${{ text: argumentsOf(reader) }}; then echo ${path}; fi
`,
    ),
  )
  const script = bash`
${emitFunction}
${unreadableFunction}
{
${{ text: looks.map(({ text }) => text).join('') }}
} | emit unreadable
`
  const title = 'find files that the users of static pods cannot read'
  const { stdout } = await runScript(host.node, title, script, { public: true, signal })
  return [...new Set(linesOf(parseFields(stdout)('unreadable')))]
}

/** New keys and kubeconfigs are root's alone, as kubeadm makes them. */
export const letStaticPodsRead = stepFromFindings<Unreadable>({
  id: 'let-static-pods-read',
  title: 'Let static pods that run as another user than root read their new files',
  describe: ({ host, files }) =>
    files.map((file) => ({
      node: host.node.name,
      action: `give ${file} to the user of its static pod`,
      reason: 'it cannot read it',
    })),
  find: async ({ controlPlanes }, { signal }) => {
    const found = await forEachNode(controlPlanes, async (host) => ({ host, files: await unreadableOn(host, signal) }))
    return found.filter(({ files }) => files.length > 0)
  },
  async work(_cluster, { signal }, found) {
    await forEachNode(found, async ({ host }) => {
      const title = 'let the users of static pods read their files'
      await runScript(host.node, title, letRead(host), { public: true, signal })
    })
  },
})
