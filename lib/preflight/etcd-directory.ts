import { PreconditionError } from '../engine/errors.ts'

/** A control plane, with the directory where etcd's data was found. */
export interface DataPlace {
  readonly name: string
  readonly etcdDataDir?: string
}

/**
 * Throws PreconditionError for control planes whose etcd data is not in the configured directory, for example because an
 * operator moved it: etcd would start as a new, empty cluster beside it.
 */
export function refuseMovedData(places: readonly DataPlace[], configured: string): void {
  const moved = places.flatMap(({ name, etcdDataDir }) =>
    etcdDataDir === undefined || etcdDataDir === configured ? [] : [`${etcdDataDir} on ${name}`],
  )
  if (moved.length > 0) {
    throw new PreconditionError(
      `etcd's data is in ${moved.join(', ')}, but etcd is configured to use ${configured}; nothing was changed: move it back`,
      { reason: 'etcd-data-moved' },
    )
  }
}
