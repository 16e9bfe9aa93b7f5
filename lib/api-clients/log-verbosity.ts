import { bash } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { askApi, kubeFunction } from '../api/kube-api.ts'
import type { ClusterState } from '../model.ts'

/** At which kube-apiserver writes down refused handshakes with their source. */
const verboseLevel = 5

/**
 * Makes every API server say which client it refuses (`verbose`), or say again what its manifest wants (`as configured`,
 * whatever an earlier repair left). By `/debug/flags/v`, without a restart. Returns the machines where that is not
 * served because profiling is off.
 */
export async function setVerbosity(
  cluster: ClusterState,
  verbosity: 'verbose' | 'as configured',
  signal: AbortSignal,
): Promise<string[]> {
  const silent = await forEachNode(cluster.controlPlanes, async (host) => {
    const script = bash`
${kubeFunction(host, cluster)}
level=${verboseLevel}
if [ ${verbosity} != verbose ]; then
  level=$(sed -nE 's/^ *- --v=([0-9]+)"?$/\1/p' ${`${host.facts.manifestsDir}/kube-apiserver.yaml`})
fi
answer=$(printf %s "\${level:-0}" | kube replace --raw /debug/flags/v --filename - 2>&1) && exit 0
case $answer in
  *NotFound*|*'could not find'*) echo off ;;
  # Until its roles are loaded, an API server forbids what is not super-admin's.
  *Forbidden*) kube get --raw /readyz > /dev/null && echo off ;;
  *) echo "$answer" >&2; exit 1 ;;
esac
`
    const title = `set how much the API server says: ${verbosity}`
    return (await askApi(host, title, script, signal)).trim() === 'off' ? [host.node.name] : []
  })
  return silent.flat()
}
