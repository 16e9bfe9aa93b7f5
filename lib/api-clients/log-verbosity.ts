import { bash, markVariable, type Script } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { askApi, writeRawFunction } from '../api/kube-api.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { verboseApiServer, workDir } from '../shell/work-dir.ts'
import { manifestFunction } from '../static-pods/manifests.ts'

/** The log level at which kube-apiserver logs rejected handshakes with their source. */
const verboseLevel = 5

/** Longer than a repair watches, in seconds: then the machine itself restores what a repair left that was killed. */
const limitSeconds = 600

const held = 'the log level of the API servers'

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
  const { holds } = cluster.learned
  if (verbosity === 'verbose') {
    holds.set(held, {
      until: `within ${limitSeconds / 60} minutes, by the machines themselves`,
      async release(limit) {
        await setVerbosity(cluster, 'as configured', limit)
      },
    })
  }
  const silent = await forEachNode(cluster.controlPlanes, async (host) => {
    const script = bash`
${emitFunction}
${writeRawFunction(host, cluster)}
${manifestFunction(host)}
${verbosity === 'verbose' ? raise(host, cluster) : restore}
answer=$(printf %s "$level" | write_raw replace /debug/flags/v 2>&1) && exit 0
case $answer in
  *NotFound*|*'could not find'*|*'HTTP 404'*) echo off | emit profiling ;;
  # Until its roles are loaded, an API server forbids everything that needs one.
  *Forbidden*|*'HTTP 403'*) get_raw /readyz > /dev/null && echo off | emit profiling ;;
  *) echo "$answer" >&2; exit 1 ;;
esac
`
    const title = `set the log level of the API server: ${verbosity}`
    const answer = parseFields(await askApi(host, title, script, { signal }))
    return answer('profiling') === 'off' ? [host.node.name] : []
  })
  if (verbosity === 'as configured') holds.delete(held)
  return silent.flat()
}

/** Sets `level` to that of the manifest. */
const restore: Script = bash`
rm -f ${verboseApiServer}
level=$(sed -nE 's/^ *- --v=([0-9]+)"?$/\1/p' "$(manifest_of kube-apiserver)")
level=\${level:-0}
`

/** Sets `level`, and starts once what restores it when nobody else has. */
function raise(host: NodeState, cluster: ClusterState): Script {
  const watchdog = bash`
sleep ${limitSeconds}
if [ "$(cat ${verboseApiServer} 2>/dev/null)" = ${cluster.stamp} ]; then
${writeRawFunction(host, cluster)}
${manifestFunction(host)}
${restore}
printf %s "$level" | write_raw replace /debug/flags/v
fi
`
  return bash`
level=${verboseLevel}
if [ "$(cat ${verboseApiServer} 2>/dev/null)" != ${cluster.stamp} ]; then
  mkdir -p -m 0700 ${workDir}
  printf %s ${cluster.stamp} > ${verboseApiServer}
  env -u ${markVariable} setsid --fork bash -c ${watchdog.text} < /dev/null > /dev/null 2>&1
fi
`
}
