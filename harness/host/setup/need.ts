/** Ids of what a drill needs of its machine, in the order of doctor's table. */
export const needIds = [
  'engine',
  'privileged',
  'kind',
  'workload-image',
  'node-image',
  'balancer-image',
  'second-prober-image',
  'go',
  'cores',
  'memory',
  'disk',
  'inotify',
  'ip-forward',
  'cgroup',
] as const

export type NeedId = (typeof needIds)[number]

/** One line of doctor's table. */
export interface Need {
  readonly id: NeedId
  readonly title: string
  readonly state: 'ok' | 'missing' | 'too-low'
  /** What this machine has, in a few words. */
  readonly found: string
  /** The exact command that fixes it, or what to do where no command can; empty when the state is ok. */
  readonly fix: string
}
