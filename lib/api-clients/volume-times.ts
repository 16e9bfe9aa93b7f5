import { bash, type Script } from '../shell/bash.ts'

/**
 * Prints `path seconds` for each volume of tokens, Secrets or ConfigMaps of this machine's pods: when kubelet last wrote it. It swaps the
 * link `..data` then (pkg/volume/util/atomic_writer.go).
 * @param kubeletRoot as /var/lib/kubelet
 */
export const volumeTimesScript = (kubeletRoot: string): Script => bash`
{
  # A pod may be gone by now, and where there is none the pattern itself is given.
  stat --format '%n %.3Y' ${`${kubeletRoot}/pods`}/*/volumes/kubernetes.io~{projected,secret,configmap}/*/..data 2> /dev/null || true
}`

/** Reads what that prints: the latest time of each pod, milliseconds since 1970 by its machine, by the pod's uid. */
export function volumeTimesIn(output: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [, uid = '', seconds = ''] of output.matchAll(/\/pods\/([^/]+)\/volumes\/.* (\d+\.\d+)$/gm))
    found.set(uid, Math.max(Math.round(Number(seconds) * 1000), found.get(uid) ?? 0))
  return found
}
