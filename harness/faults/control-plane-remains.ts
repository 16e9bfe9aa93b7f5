import type { Node } from '../../lib/node.ts'
import { waitFor } from '../../lib/engine/wait.ts'

export interface ControlPlaneState {
  /** Regular files below /etc/kubernetes; undefined when the machine did not say. */
  readonly files: readonly string[] | undefined
  /** Sandboxes of the control plane that still run; undefined when the machine did not say. */
  readonly sandboxes: readonly string[] | undefined
}

const unknown: ControlPlaneState = { files: undefined, sandboxes: undefined }

/** The label tier=control-plane is on the sandbox, not on its containers (kubeadm's static pods); users may give it to pods of theirs. */
const script = `
find /etc/kubernetes -type f 2>/dev/null | head -n 20 | sed 's/^/file /'
ids=$(crictl pods --namespace kube-system --label tier=control-plane --state Ready --quiet) || exit 1
for id in $ids; do echo "sandbox $id"; done`

/** Looks until nothing of the control plane is left on the machine, or the time is over; then returns the last look. Rejects only when the signal says so. */
export async function observeControlPlane(
  node: Node,
  options: { readonly timeoutMs: number; readonly intervalMs: number; readonly signal: AbortSignal },
): Promise<ControlPlaneState> {
  let last = unknown
  const look = async () => {
    last = unknown
    last = controlPlaneStateIn(
      (await node.exec(['sh', '-c', script], { timeoutMs: 20_000, signal: options.signal })).stdout,
    )
    return last.files?.length === 0 && last.sandboxes?.length === 0
  }
  await waitFor(`control plane of ${node.name} gone`, look, options).catch(() => options.signal.throwIfAborted())
  return last
}

/** Parses the lines of the script. */
function controlPlaneStateIn(lines: string): ControlPlaneState {
  const after = (prefix: string) =>
    lines.split('\n').flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length).trim()] : []))
  return { files: after('file '), sandboxes: after('sandbox ') }
}
