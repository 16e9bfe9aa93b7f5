import { hostCommand } from '../host/process/host-command.ts'
import type { Host } from '../model/cluster.ts'
import { ClusterError } from '../model/errors.ts'
import type { Vantage } from '../model/probe-path.ts'
import type { Place } from '../probe/prober/prober-container.ts'

const timeoutMs = 20_000

/** Where the probers stand: beside a worker, inside a pod on it, and outside. Rejects with ClusterError where there is no such place. */
export async function proberPlaces(
  worker: Host,
  pod: string,
  signal: AbortSignal,
): Promise<Readonly<Record<Vantage, Place>>> {
  const machine = worker.name
  const [processId, network] = await Promise.all([sandboxProcess(worker, pod, signal), networkOf(machine, signal)])
  return {
    worker: { vantage: 'worker', machine },
    pod: { vantage: 'pod', machine, processId },
    outside: { vantage: 'outside', network },
  }
}

/** The process that holds a pod's namespaces, as the machine numbers it. */
async function sandboxProcess(machine: Host, pod: string, signal: AbortSignal): Promise<number> {
  const crictl = async (...argv: readonly string[]) =>
    (await machine.exec(['crictl', ...argv], { timeoutMs, signal })).stdout.trim()
  const sandbox = await crictl('pods', '--name', `^${pod}$`, '--state', 'Ready', '--quiet')
  const processId = Number(
    sandbox && (await crictl('inspectp', '--output', 'go-template', '--template', '{{.info.pid}}', sandbox)),
  )
  if (!Number.isInteger(processId) || processId <= 0)
    throw new ClusterError(`the pod ${pod} has no sandbox on ${machine.name} to probe from`)
  return processId
}

/** The network of the engine that the machines are on. */
async function networkOf(container: string, signal: AbortSignal): Promise<string> {
  return inspected(container, '{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}', signal)
}

/** Its address there. */
export const addressOf = (container: string, signal: AbortSignal): Promise<string> =>
  inspected(container, '{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}', signal)

async function inspected(container: string, format: string, signal: AbortSignal): Promise<string> {
  const argv = ['docker', 'inspect', '--format', format, container] as const
  const { exitCode, stdout, stderr } = await hostCommand(argv, { timeoutMs, signal })
  const [first] = stdout.trim().split('\n')
  if (exitCode !== 0 || !first) throw new ClusterError(`${container} is on no network of the engine: ${stderr.trim()}`)
  return first
}
