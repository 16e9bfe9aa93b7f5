import type { StaticPodSpec } from '../model.ts'

/** A volume of the machine in a container; a file or a directory. */
export interface Place {
  readonly mountPath: string
  readonly hostPath: string
}

/** Pure: what a static pod mounts of its machine. */
export function placesOf({ mounts, volumes }: Pick<StaticPodSpec, 'mounts' | 'volumes'>): readonly Place[] {
  return mounts.flatMap(({ name, mountPath }) => {
    const hostPath = volumes.find((volume) => volume.name === name)?.path ?? ''
    return hostPath === '' ? [] : [{ mountPath, hostPath }]
  })
}

/** Pure: where the machine has a path of a container; undefined where it is none of the machine's. */
export function pathOnMachine(places: readonly Place[], path: string): string | undefined {
  const place = places.find(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`))
  return place && place.hostPath + path.slice(place.mountPath.length)
}
