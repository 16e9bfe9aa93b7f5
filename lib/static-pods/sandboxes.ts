import { bash, runScript } from '../shell/bash.ts'
import { components, restrictedControllerManager } from './components.ts'
import { isObject, objectAt, stringAt } from '../engine/json.ts'
import type { NodeState } from '../model.ts'

/** What may be left of a control plane: those, and what a repair that was cut left. */
const leftovers = [...components, restrictedControllerManager] as const

/** A sandbox of the control plane that no manifest asks for any more. */
export interface Sandbox {
  readonly id: string
  readonly component: (typeof leftovers)[number]
}

/**
 * Sandboxes labelled `tier=control-plane` whose manifest is gone. Those with a manifest are left to kubelet; nothing
 * without the label is looked at, since the same machine may carry the network's and the users' pods. (`crictl ps`
 * does not know the label: it is the sandbox's.)
 */
export async function abandonedSandboxes(host: NodeState, signal: AbortSignal): Promise<Sandbox[]> {
  const script = bash`
for component in ${leftovers}; do
  if [ -s ${host.facts.manifestsDir}/"$component.yaml" ]; then printf '%s ' "$component"; fi
done
echo
crictl pods --namespace kube-system --label tier=control-plane --output json
`
  const { stdout } = await runScript(host.node, 'list the sandboxes of the control plane', script, { signal })
  const end = stdout.indexOf('\n')
  const wanted = stdout.slice(0, end).split(' ')
  return sandboxesIn(stdout.slice(end + 1)).filter(({ component }) => !wanted.includes(component))
}

/** The sandboxes in the output of `crictl pods --output json` that belong to a component of the control plane. */
export function sandboxesIn(json: string): Sandbox[] {
  const parsed: unknown = JSON.parse(json)
  const items = isObject(parsed) && Array.isArray(parsed['items']) ? parsed['items'].filter(isObject) : []
  return items.flatMap((item) => {
    const id = stringAt(item, 'id')
    const component = leftovers.find((name) => name === objectAt(item, 'labels')['component'])
    return id === undefined || component === undefined ? [] : [{ id, component }]
  })
}

/**
 * Stops the containers (etcd and the API server get time to finish), then removes the sandboxes. A kubelet that
 * restarts while the API is down cannot do this: it keeps what it does not know until its sources are ready. One that
 * runs on does it at its own pace, and crictl fails for a sandbox that is gone; what counts is that none is left.
 */
export async function removeSandboxes(
  host: NodeState,
  sandboxes: readonly Sandbox[],
  signal: AbortSignal,
): Promise<void> {
  const ids = sandboxes.map(({ id }) => id)
  const script = bash`
for sandbox in ${ids}; do
  containers=$(crictl ps --quiet --pod "$sandbox")
  if [ -n "$containers" ]; then crictl stop --timeout 10 $containers; fi
done
crictl stopp ${ids}
crictl rmp --force ${ids} || true
left=$(crictl pods --quiet)
for sandbox in ${ids}; do
  if [[ $left == *"$sandbox"* ]]; then exit 1; fi
done
`
  await runScript(host.node, 'remove sandboxes of the control plane', script, { signal })
}
