import { bash, type Script } from '../shell/bash.ts'

/**
 * Prints `uid seconds` for each volume of tokens, Secrets or ConfigMaps of this machine's pods: when kubelet last wrote it. It swaps the
 * link `..data` then (pkg/volume/util/atomic_writer.go).
 * @param kubeletRoot as /var/lib/kubelet
 */
export const volumeTimesScript = (kubeletRoot: string): Script => bash`
{
  for link in ${`${kubeletRoot}/pods`}/*/volumes/kubernetes.io~{projected,secret,configmap}/*/..data; do
    if [ ! -L "$link" ]; then continue; fi
    uid=\${link%/volumes/*}
    # The pod may be gone by now.
    echo "\${uid##*/} $(stat --format %.3Y "$link" || true)"
  done
}`

/** Reads what that prints: the latest time of each pod, milliseconds since 1970 by its machine, by the pod's uid. */
export function volumeTimesIn(output: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [, uid = '', seconds = ''] of output.matchAll(/^(\S+) (\d+\.\d+)$/gm))
    found.set(uid, Math.max(Math.round(Number(seconds) * 1000), found.get(uid) ?? 0))
  return found
}
