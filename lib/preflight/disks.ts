import { PreconditionError } from '../engine/errors.ts'

/** What a repair writes is below 1 MiB; etcd and kubelet need some room to start. */
const neededKib = 16 * 1024

export interface DiskSpace {
  readonly name: string
  readonly freeKib: ReadonlyMap<string, number>
}

/** Throws PreconditionError for machines with a full disk: kubeadm would leave empty certificates behind. */
export function refuseFullDisks(machines: readonly DiskSpace[]): void {
  const full = machines.flatMap(({ name, freeKib }) =>
    [...freeKib].flatMap(([dir, free]) =>
      free < neededKib ? [`${dir} on ${name} (${Math.floor(free / 1024)} MiB free)`] : [],
    ),
  )
  if (full.length > 0) {
    throw new PreconditionError(
      `no room for ${full.join(', ')}: nothing was changed; free ${neededKib / 1024} MiB there and start again`,
      { reason: 'disk-full' },
    )
  }
}
