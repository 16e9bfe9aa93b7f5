import { hostCommand } from '../../host/process/host-command.ts'

const timeoutMs = 20_000

/**
 * Round robin at a low real-time priority: above every ordinary process, below the kernel's own threads. The kernel leaves
 * ordinary processes 5 % of the time even if the prober went wild (sched_rt_runtime_us, sched(7)).
 *
 * Kernels with CONFIG_RT_GROUP_SCHED give a container's group no real-time budget (cpu.rt_runtime_us is 0), and refuse the
 * class within it. With control groups version 1 the prober is moved to the root of the cpu hierarchy then, which has one.
 * Nothing of this outlives the process. https://docs.kernel.org/scheduler/sched-rt-group.html
 */
const script = `
realtime() { chrt --all-tasks --rr --pid 10 "$1" 2>/dev/null; }
realtime "$1" && exit 0
for group in /host-cgroup/cpu /host-cgroup/cpu,cpuacct; do
  [ -f "$group/cpu.rt_runtime_us" ] && echo "$1" > "$group/cgroup.procs" && realtime "$1" && exit 0
done
exit 1
`

/**
 * Gives a container's process a real-time scheduling class, by a short-lived privileged container that sees the host's
 * processes, made from the image of the node beside it. False where the host does not allow it; the container goes on as it was.
 * @param processId the container's process, as the engine's host numbers it
 * @param nodeContainer whose image has `sh` and `chrt`
 */
export async function giveRealtime(processId: number, nodeContainer: string, signal?: AbortSignal): Promise<boolean> {
  const options = { timeoutMs, ...(signal ? { signal } : {}) }
  const image = await hostCommand(['docker', 'inspect', '--format', '{{.Image}}', nodeContainer], options)
  if (image.exitCode !== 0) return false
  const isolation = ['--privileged', '--pid', 'host', '--network', 'none', '--volume', '/sys/fs/cgroup:/host-cgroup']
  const argv = ['docker', 'run', '--rm', ...isolation, '--entrypoint', 'sh', image.stdout.trim()] as const
  const given = await hostCommand([...argv, '-c', script, 'realtime', String(processId)], options)
  return given.exitCode === 0
}

/** The process of a container, as the engine's host numbers it; undefined when it has ended. */
export async function processOf(containerId: string, signal?: AbortSignal): Promise<number | undefined> {
  const { stdout } = await hostCommand(['docker', 'inspect', '--format', '{{.State.Pid}}', containerId], {
    timeoutMs,
    ...(signal ? { signal } : {}),
  })
  const pid = Number(stdout.trim())
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}
