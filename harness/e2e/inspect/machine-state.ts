import { on, type Named } from './shell.ts'

/**
 * All that a repair could change on a machine, as text: each file of Kubernetes, of kubelet and of the repair itself by
 * its sum, mode and time; etcd's by size and time; every sandbox and every container with its state.
 */
export const fingerprint = (machine: Named): Promise<string> =>
  on(machine)`
dirs=$(ls -d /etc/kubernetes /var/lib/kubelet /var/lib/drill-recovery 2> /dev/null || true)
find $dirs -type f -printf '%p %m %T@\n' | sort
find $dirs -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum
if [ -e /var/lib/etcd ]; then find /var/lib/etcd -type f -printf '%p %s %T@\n' | sort; fi
crictl pods --quiet | sort
crictl ps --all --output json | grep -E '"(id|state)":' | sort`
