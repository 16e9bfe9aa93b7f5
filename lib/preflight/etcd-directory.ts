import { PreconditionError } from '../engine/errors.ts'

/** A control plane, with the directory in which etcd's data was found. */
export interface DataPlace {
  readonly name: string
  readonly etcdDataDir?: string
}

/**
 * Throws PreconditionError for control planes whose etcd has its data elsewhere than etcd will look for it: it would start as
 * a new, empty cluster beside it. That is what a data directory is that somebody moved out of the way.
 */
export function refuseMovedData(places: readonly DataPlace[], configured: string): void {
  const moved = places.flatMap(({ name, etcdDataDir }) =>
    etcdDataDir === undefined || etcdDataDir === configured ? [] : [`${etcdDataDir} on ${name}`],
  )
  if (moved.length > 0) {
    throw new PreconditionError(
      `etcd's data is in ${moved.join(', ')}, and etcd looks for it in ${configured}: nothing was changed; move it back`,
    )
  }
}
