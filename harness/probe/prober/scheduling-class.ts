import { readFileSync } from 'node:fs'

/** <linux/sched.h> */
const policies = ['SCHED_OTHER', 'SCHED_FIFO', 'SCHED_RR', 'SCHED_BATCH', 'SCHED_ISO', 'SCHED_IDLE', 'SCHED_DEADLINE']

/** The scheduling class of this process's main thread by its own look at /proc: `SCHED_RR 10` or `SCHED_OTHER nice 0`. */
export function ownSchedulingClass(): string {
  try {
    return schedulingClassOf(readFileSync('/proc/self/stat', 'utf8'))
  } catch {
    return 'unknown'
  }
}

/** Pure: from a line of /proc/<pid>/stat (proc(5): nice is field 19, rt_priority 40, policy 41). */
export function schedulingClassOf(stat: string): string {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (n: number) => Number(fields[n - 3])
  const name = policies[field(41)] ?? 'unknown'
  return field(40) > 0 ? `${name} ${field(40)}` : `${name} nice ${field(19)}`
}
