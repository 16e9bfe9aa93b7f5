import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { argumentsOf, fileUsers, letRead, unreadableFunction } from '../static-pods/run-as.ts'

interface Unreadable {
  readonly host: NodeState
  readonly files: readonly string[]
}

const give = ({ node }: NodeState, files: readonly string[], reason: string): readonly PlannedAction[] =>
  files.map((file) => ({ node: node.name, action: `give ${file} to the user of its static pod`, reason }))

/**
 * Of the files of static pods that run as another user than root: those that they cannot read, and those that an earlier step makes. A
 * CA without its key is left so.
 */
async function filesOn(host: NodeState, { config }: Pick<ClusterState, 'config'>, signal: AbortSignal) {
  const users = fileUsers(host)
  if (users.length === 0) return { unreadable: [], missing: [] }
  const looks = users.flatMap(({ path, readers }) =>
    readers.map(
      (reader) => bash`if unreadable ${path} ${{ text: argumentsOf(reader) }}; then echo ${path}; fi
`,
    ),
  )
  const made = users
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${config.certificatesDir}/`) || isConf(path))
  const script = bash`
${emitFunction}
${unreadableFunction}
{
${{ text: looks.map(({ text }) => text).join('') }}
} | emit unreadable
for file in ${made}; do
  if [ -e "$file" ] || { [ "\${file##*/}" = ca.key ] && [ -e "\${file%key}crt" ]; }; then continue; fi
  echo "$file"
done | emit missing
`
  const title = 'find files that the users of static pods cannot read'
  const text = parseFields((await runScript(host.node, title, script, { public: true, signal })).stdout)
  return { unreadable: [...new Set(linesOf(text('unreadable')))], missing: linesOf(text('missing')) }
}

const isConf = (path: string) => /^\/etc\/kubernetes\/[^/]+\.conf$/.test(path)

/** New keys and kubeconfigs are root's alone, as kubeadm makes them. */
export const letStaticPodsRead = stepFromFindings<Unreadable>({
  id: 'let-static-pods-read',
  title: 'Let static pods that run as another user than root read their new files',
  // An earlier step makes what is lost, for root alone.
  async previewWithout(cluster, { signal }) {
    const planned = await forEachNode(cluster.controlPlanes, async (host) => {
      const { unreadable, missing } = await filesOn(host, cluster, signal)
      return [...give(host, unreadable, 'it cannot read it'), ...give(host, missing, 'it will be new')]
    })
    return planned.flat()
  },
  find: async (cluster, { signal }) => {
    const found = await forEachNode(cluster.controlPlanes, async (host) => ({
      host,
      files: (await filesOn(host, cluster, signal)).unreadable,
    }))
    return found.filter(({ files }) => files.length > 0)
  },
  async work(_cluster, { signal }, found) {
    await forEachNode(found, async ({ host }) => {
      const title = 'let the users of static pods read their files'
      await runScript(host.node, title, letRead(host), { public: true, signal })
    })
  },
})
