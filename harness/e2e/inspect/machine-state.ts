import type { Node } from '../../../lib/node.ts'
import { shell } from './shell.ts'

/**
 * All that a repair could change on a machine, as text: each file of Kubernetes, of kubelet and of the repair itself by
 * its sum, mode and time; etcd's by size and time; every sandbox and every container with its state.
 */
export function fingerprint(machine: Node): Promise<string> {
  return shell(
    machine,
    `
dirs=()
for dir in /etc/kubernetes /var/lib/kubelet /var/lib/drill-recovery; do if [ -e "$dir" ]; then dirs+=("$dir"); fi; done
find "\${dirs[@]}" -type f -printf '%p %m %T@\\n' | sort
find "\${dirs[@]}" -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum
if [ -e /var/lib/etcd ]; then find /var/lib/etcd -type f -printf '%p %s %T@\\n' | sort; fi
crictl pods --quiet | sort
crictl ps --all --output json | grep -E '"(id|state)":' | sort`,
  )
}
