import { bash, runScript } from '../shell/bash.ts'
import { graceOfApiServerS, ownStaticPods } from './components.ts'
import { manifestFunction } from './manifests.ts'
import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { NodeState } from '../model.ts'

/** A control plane sandbox without a manifest. */
export interface Sandbox {
  readonly id: string
  readonly component: (typeof ownStaticPods)[number]
}

/**
 * Sandboxes labelled `tier=control-plane` whose manifest is gone. Those with a manifest are left to kubelet; those
 * without the label are ignored, because the same machine may run pods of the network and of users. (`crictl ps` does
 * not know the label: it is the sandbox's.)
 */
export async function abandonedSandboxes(host: NodeState, signal: AbortSignal): Promise<Sandbox[]> {
  const script = bash`
${manifestFunction(host)}
for component in ${ownStaticPods}; do
  if [ -s "$(manifest_of "$component")" ]; then printf '%s ' "$component"; fi
done
echo
crictl pods --namespace kube-system --label tier=control-plane --output json
`
  const { stdout } = await runScript(host.node, 'list control plane sandboxes', script, { public: true, signal })
  const end = stdout.indexOf('\n')
  const wanted = stdout.slice(0, end).split(' ')
  return sandboxesIn(stdout.slice(end + 1)).filter(({ component }) => !wanted.includes(component))
}

/** The sandboxes in the output of `crictl pods --output json` that belong to a component of the control plane. */
export function sandboxesIn(json: string): Sandbox[] {
  const items = objectsAt(objectIn(json) ?? {}, 'items')
  return items.flatMap((item) => {
    const id = stringAt(item, 'id')
    const component = ownStaticPods.find((name) => name === objectAt(item, 'labels')['component'])
    return id === undefined || component === undefined ? [] : [{ id, component }]
  })
}

/**
 * Stops the containers (etcd gets time to finish, and the API server goes before it), then removes the sandboxes. A kubelet that restarts
 * while the API is down cannot do this: it keeps unknown pods until its sources are ready. A running one does it at its
 * own pace, and crictl fails for a sandbox that is gone; what counts is that none remains.
 */
export async function removeSandboxes(
  host: NodeState,
  sandboxes: readonly Sandbox[],
  signal: AbortSignal,
): Promise<void> {
  const ids = sandboxes.map(({ id }) => id)
  const apiServers = sandboxes.flatMap(({ id, component }) => (component === 'kube-apiserver' ? [id] : []))
  const script = bash`
stop_within() {
  local sandbox containers
  for sandbox in "\${@:2}"; do
    containers=$(crictl ps --quiet --pod "$sandbox")
    if [ -n "$containers" ]; then crictl --timeout 60s stop --timeout "$1" $containers; fi
  done
}
stop_within ${graceOfApiServerS} ${apiServers}
stop_within 10 ${ids.filter((id) => !apiServers.includes(id))}
crictl --timeout 60s stopp ${ids}
crictl --timeout 60s rmp --force ${ids} || true
left=$(crictl pods --quiet)
for sandbox in ${ids}; do
  if [[ $left == *"$sandbox"* ]]; then exit 1; fi
done
`
  await runScript(host.node, 'remove sandboxes of the control plane', script, { public: true, signal })
}
