import { bash } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { askApi, kubeFunction } from '../api/kube-api.ts'
import type { ClusterState } from '../model.ts'
import { manifestFunction } from '../static-pods/manifests.ts'

/** The log level at which kube-apiserver logs rejected handshakes with their source. */
const verboseLevel = 5

/**
 * Makes every API server log the clients it rejects (`verbose`), or restores the log level of its manifest (`as
 * configured`), whatever an earlier repair set. By `/debug/flags/v`, without a restart. Returns the machines where that
 * is not served because profiling is off.
 */
export async function setVerbosity(
  cluster: ClusterState,
  verbosity: 'verbose' | 'as configured',
  signal: AbortSignal,
): Promise<string[]> {
  const silent = await forEachNode(cluster.controlPlanes, async (host) => {
    const script = bash`
${emitFunction}
${kubeFunction(host, cluster)}
${manifestFunction(host)}
level=${verboseLevel}
if [ ${verbosity} != verbose ]; then
  level=$(sed -nE 's/^ *- --v=([0-9]+)"?$/\1/p' "$(manifest_of kube-apiserver)")
fi
answer=$(printf %s "\${level:-0}" | kube replace --raw /debug/flags/v --filename - 2>&1) && exit 0
case $answer in
  *NotFound*|*'could not find'*) echo off | emit profiling ;;
  # Until its roles are loaded, an API server forbids everything that needs one.
  *Forbidden*) kube get --raw /readyz > /dev/null && echo off | emit profiling ;;
  *) echo "$answer" >&2; exit 1 ;;
esac
`
    const title = `set the log level of the API server: ${verbosity}`
    const answer = parseFields(await askApi(host, title, script, signal))
    return answer('profiling') === 'off' ? [host.node.name] : []
  })
  return silent.flat()
}
