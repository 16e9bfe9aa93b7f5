import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { electedComponents, type ElectedComponent } from '../leader-election/lease-changes.ts'
import type { NodeState } from '../model.ts'
import { unissuedOnControlPlanes } from '../pki/control-plane-certs.ts'
import { expiredReaders } from '../pki/leaf-certs.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { expiredKubeconfigOf } from '../shell/work-dir.ts'
import { emitContainers, processOf, type StaticPodProcess } from '../static-pods/processes.ts'
import { restartStaticPod } from '../static-pods/restart-static-pod.ts'

interface Reader {
  readonly host: NodeState
  readonly component: ElectedComponent
}

interface Expired extends Reader {
  readonly process: StaticPodProcess
}

async function expiredOn(host: NodeState, signal: AbortSignal): Promise<Expired[]> {
  const script = bash`
${emitFunction}
noted=
for note in ${electedComponents.map(expiredKubeconfigOf)}; do
  if [ -e "$note" ]; then
    noted=yes
    stat -c %.3Y "$note" | emit "$note"
  fi
done
if [ -n "$noted" ]; then ${emitContainers(electedComponents)} fi
`
  const title = 'find what runs with an expired certificate'
  const text = parseFields((await runScript(host.node, title, script, { signal })).stdout)
  return electedComponents.flatMap((component) => {
    const process = processOf(text('containers'), component)
    // One that has ended reads the new one when kubelet starts it again.
    const isOld = process.state === 'running' && process.startedAt < Number(text(expiredKubeconfigOf(component)))
    return isOld ? [{ host, component, process }] : []
  })
}

const describe = ({ host, component }: Reader): PlannedAction[] => [
  { node: host.node.name, action: `restart ${component}`, reason: 'it runs with a certificate that has expired' },
]

/**
 * Controller managers and schedulers read their kubeconfig at their start only, and never end because the API rejects them unless they
 * lead. etcd and API servers read their certificates again by themselves.
 */
export const restartExpiredComponents = stepFromFindings<Expired>({
  id: 'restart-expired-components',
  title: 'Restart the controller managers and schedulers whose certificate had expired',
  describe,
  // Before the kubeconfigs are replaced nothing is noted.
  async previewWithout(cluster, context) {
    const unissued = await unissuedOnControlPlanes(cluster, context)
    const readers = unissued.flatMap(({ host, files }) =>
      expiredReaders(files).map((component) => ({ host, component })),
    )
    return readers.length > 0 ? readers.flatMap(describe) : undefined
  },
  async find({ controlPlanes }, { signal }) {
    return (await forEachNode(controlPlanes, (host) => expiredOn(host, signal))).flat()
  },
  async work(_cluster, { signal }, found) {
    await forEachNode(found, ({ host, component, process }) =>
      // It can give back no lease, since the API rejects it.
      restartStaticPod(host, component, process, { graceS: 0, signal }),
    )
  },
})
