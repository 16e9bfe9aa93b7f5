import { drillMilestone } from '../model/milestone.ts'
import { httpsGet } from '../observe/https-get.ts'
import { apiRefusal, type ApiRefusal, firstRefusal } from './api-refusal.ts'
import { observeMachines, type Patience } from './observe-machines.ts'
import type { ProofPart } from './prove.ts'
import { everyMachine, machinesOn, type Selection } from './selection.ts'

/** No regular file is left at or below the path, which may be a glob of the shell. */
export function filesGone(path: string, on: Selection, patience: Patience = {}): ProofPart {
  return {
    title: `no file below ${path} on ${everyMachine(on)}`,
    observe: (context) =>
      observeMachines(context, {
        ...patience,
        on,
        event: 'fault.files-observed',
        script: `find -L ${path} -type f 2>/dev/null | head -n 20`,
        left: (files) => `${files.slice(0, 3).join(', ')}${files.length > 3 ? ' and more' : ''} still there`,
        gone: `no file below ${path}`,
      }),
  }
}

/** The label tier=control-plane is on the sandbox, not on its containers (kubeadm's static pods); users may give it to pods of theirs. */
const sandboxScript = (
  label: string,
) => `ids=$(crictl pods --namespace kube-system --label ${label} --state Ready --quiet) || exit 1
echo "$ids"`

/**
 * No sandbox of a static pod of the control plane runs.
 * @param component of this one alone, by kubeadm's label
 */
export function sandboxesGone(on: Selection, patience: Patience = {}, component?: string): ProofPart {
  const what = component ?? 'control-plane'
  return {
    title: `no ${what} sandbox runs on ${everyMachine(on)}`,
    observe: (context) =>
      observeMachines(context, {
        ...patience,
        on,
        event: 'fault.sandboxes-observed',
        script: sandboxScript(component === undefined ? 'tier=control-plane' : `component=${component}`),
        left: (ids) => `${ids.length} ${what} sandboxes still run`,
        gone: `no ${what} sandbox runs`,
      }),
  }
}

export interface ApiPort extends Patience {
  /** Of the API servers; default 6443. */
  readonly port?: number
}

/** The API servers refuse five connections in a row, within the time; the first refusal is the milestone `detected`. */
export function apiRefuses(
  on: Selection,
  { port = 6443, timeoutMs = 85_000, intervalMs = 1000 }: ApiPort = {},
): ProofPart {
  return {
    title: `the API server of ${everyMachine(on)} refuses five connections in a row`,
    async observe({ cluster, journal, signal }) {
      const machines = machinesOn(cluster, on)
      const over = new AbortController()
      const limit = AbortSignal.any([signal, over.signal, AbortSignal.timeout(timeoutMs)])
      const detected = Promise.any(
        machines.map(({ address }) => firstRefusal({ address, port, intervalMs: intervalMs / 10, signal: limit })),
      ).then(
        () => void journal.append(drillMilestone('detected')),
        () => undefined,
      )
      const observed = await Promise.all(
        machines.map(async ({ name, address }) => {
          const api = await untilRefused({ address, port, intervalMs: intervalMs / 5, signal: limit })
          signal.throwIfAborted()
          journal.append({ type: 'fault.api-dialed', node: name, ...api })
          return { node: name, ...api }
        }),
      )
      over.abort()
      await detected
      const those = (result: ApiRefusal['result'], text: (attempts: number) => string) =>
        observed.flatMap((api) => (api.result === result ? [`${api.node}: ${text(api.attempts)}`] : []))
      return {
        contradictions: those('answered', () => 'the API server still accepts connections'),
        unanswered: those('silent', () => 'the port of the API server neither accepts nor refuses'),
        confirmed: those('refused', (attempts) => `the API server refused ${attempts} connections in a row`),
      }
    },
  }
}

/** The last result when the time is over, the first refusal in a row otherwise. */
async function untilRefused(options: Parameters<typeof apiRefusal>[0]): Promise<ApiRefusal> {
  let last: ApiRefusal = { result: 'silent', attempts: 0 }
  while (!options.signal.aborted) {
    const seen = await apiRefusal(options).catch(() => undefined)
    if (seen === undefined) break
    last = seen
    if (seen.result === 'refused') break
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs))
  }
  return last
}

/** Kubelet opens its health port only after it has loaded its identity; three times, for it is started again every few seconds. */
const kubeletScript = `for attempt in 1 2 3; do
  if bash -c 'exec 3<>/dev/tcp/127.0.0.1/10248' 2>/dev/null; then systemctl show kubelet --property=MainPID --value; fi
  sleep 0.3
done`

/** No kubelet answers on its own health port; the first machine whose kubelet is down is the milestone `detected`. */
export function kubeletsDown(on: Selection, patience: Patience = {}): ProofPart {
  return {
    title: `kubelet is down on ${everyMachine(on)}`,
    async observe(context) {
      const observation = await observeMachines(context, {
        ...patience,
        on,
        event: 'fault.kubelet-observed',
        script: kubeletScript,
        left: ([pid = '']) => `kubelet still works (process ${pid})`,
        gone: 'kubelet is down',
      })
      if (observation.confirmed.length > 0) context.journal.append(drillMilestone('detected'))
      return observation
    },
  }
}

/** Every API server still answers /readyz: the loss did not reach the control plane. */
export function apiServes(port = 6443): ProofPart {
  return {
    title: 'every API server is ready',
    async observe({ cluster, journal, signal }) {
      const answers = await Promise.all(
        cluster.controlPlanes.map(async ({ name, address }) => {
          const { status, error } = await httpsGet({ address, port, path: '/readyz', signal })
          journal.append({ type: 'fault.api-asked', node: name, status, error })
          return { name, status, said: String(status ?? error) }
        }),
      )
      const down = answers.filter(({ status }) => status !== 200)
      return {
        contradictions: down.map(({ name, said }) => `${name}: the API server is not ready (${said})`),
        unanswered: [],
        confirmed: answers
          .filter((answer) => !down.includes(answer))
          .map(({ name }) => `${name}: the API server is ready`),
      }
    },
  }
}
