import { getRawFunction, serverUrl } from '../api/kube-api.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { waitFunction } from '../shell/wait-function.ts'
import { emitContainers, processOf } from '../static-pods/processes.ts'

/** Whether an API server runs since before its client certificate for kubelets was written. */
async function isOlder({ node }: NodeState, { config }: ClusterState, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${emitFunction}
{ stat -c %.3Y ${config.certificatesDir}/apiserver-kubelet-client.crt 2>/dev/null || true; } | emit written-at
${emitContainers(['kube-apiserver'])}
`
  const title = 'find an API server that is older than its certificate for kubelets'
  const text = parseFields((await runScript(node, title, script, { signal })).stdout)
  const apiServer = processOf(text('containers'), 'kube-apiserver')
  return apiServer.state === 'running' && apiServer.startedAt < Number(text('written-at'))
}

/**
 * The first connection for which an API server reads a new client certificate is closed before it can be used, with all older ones
 * (client-go, transport/cert_rotation.go): the first `kubectl exec` would fail. So the repair makes that connection. A request for an
 * upgrade gets one of its own, and kubelet need not understand it; the next request shows that kubelet can be reached.
 */
export const renewKubeletConnections = stepFromFindings<NodeState>({
  id: 'renew-kubelet-connections',
  title: 'Have API servers that run on use their new certificate for kubelets',
  followUp: true,
  describe: ({ node }) => [
    { node: node.name, action: 'ask kubelet through the API server', reason: 'the certificate for kubelets is new' },
  ],
  async find(cluster, { signal }) {
    const found = await forEachNode(cluster.controlPlanes, async (host) =>
      (await isOlder(host, cluster, signal)) ? [host] : [],
    )
    return found.flat()
  },
  async work(cluster, { signal }, found) {
    await forEachNode(found, async (host) => {
      const path = `/api/v1/nodes/${host.node.name}/proxy/healthz`
      const script = bash`
${getRawFunction(host, cluster)}
${waitFunction}
reaches() { get_raw ${path} > /dev/null 2>&1; }
if command -v curl > /dev/null; then
  curl_api --http1.1 --header 'Connection: Upgrade' --header 'Upgrade: websocket' --output /dev/null \
    ${serverUrl(host, cluster)}${path} 2> /dev/null || true
fi
# A kubelet that cannot be reached, or that gives this to nobody, is no fault of the repair.
wait_until 10 0.5 reaches || true
`
      await runScript(host.node, 'ask kubelet through the API server', script, { signal })
    })
  },
})
