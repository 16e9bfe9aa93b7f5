import type { Cluster } from '../model/cluster.ts'
import type { Loss } from '../model/scenario.ts'
import { selfSigned } from '../workload/self-signed.ts'
import { editApiServer, editsAsLoss, everyControlPlane, first, kube, pause, podsReady, type Edit } from './edits.ts'
import type { Patience } from './observe-machines.ts'

const firstWorker = ({ workers }: Cluster) => workers.slice(0, 1)
const lastWorker = ({ workers }: Cluster) => workers.slice(-1)

const clientCa = '/etc/kubernetes/pki/ca.crt'
const superAdmin = '/etc/kubernetes/super-admin.conf'

const failingPod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'fails-always', namespace: 'default' },
  spec: {
    containers: [{ name: 'main', image: 'PAUSE', imagePullPolicy: 'IfNotPresent', command: ['/no/such/program'] }],
  },
})

/**
 * How long a Node is not Ready before the cluster is at rest again, in seconds: the canary, which tolerates it for 5 s, has been
 * evicted by then, and nobody else goes before 300 s.
 */
const restSeconds = 15

/** For scripts that have `kube`. */
const lastNode = `kube get nodes --selector '!node-role.kubernetes.io/control-plane' --output name | sort -V | tail -n 1 | sed s,node/,,`

const edits: readonly Edit[] = [
  // First: the pod below must not be given to a kubelet that is stopped before it starts.
  {
    title: 'the last worker is cordoned',
    on: first,
    script: `${kube}; kube cordon "$(${lastNode})"`,
    missing: `${kube}; [ "$(kube get node "$(${lastNode})" -o jsonpath='{.spec.unschedulable}')" = true ] || echo 'it is not cordoned'`,
  },
  {
    title: 'a pod that fails at every start',
    on: first,
    script: `${kube}; ${pause}; sed "s#PAUSE#$pause#" | kube apply -f -`,
    input: failingPod,
    missing: `${kube}; kube get pod fails-always -o jsonpath='{.status.containerStatuses[*].restartCount}' | grep -q '[1-9]' || echo 'the pod has not failed yet'`,
  },
  {
    title: 'ConfigMap cluster-info is deleted',
    on: first,
    script: `${kube}; kube delete configmap --namespace kube-public cluster-info`,
    missing: `${kube}; kube get configmap --namespace kube-public cluster-info --ignore-not-found --output name`,
  },
  {
    title: 'super-admin.conf is deleted',
    on: first,
    script: `rm ${superAdmin}`,
    missing: `ls ${superAdmin} 2>/dev/null || true`,
  },
  {
    title: "a CA is appended to a worker's client CA file, and kubelet.conf there is touched",
    on: firstWorker,
    script: `cat >> ${clientCa}; touch /etc/kubernetes/kubelet.conf`,
    input: selfSigned('operators-own').cert,
    missing: `[ "$(grep -c BEGIN ${clientCa})" = 2 ] || echo 'the CA is not there'`,
  },
  {
    title: 'its kubelet is stopped, so that its Node is NotReady',
    on: lastWorker,
    script: 'systemctl stop kubelet',
    missing: `systemctl is-active kubelet | grep -v inactive || true`,
  },
  {
    title: 'a flag in the manifest of every API server, and a sidecar before it',
    on: everyControlPlane,
    script: editApiServer,
    missing: `grep -qa 'max-requests-inflight=40[1]' /proc/[0-9]*/cmdline || echo 'no API server has the flag'
[ -n "$(crictl ps --quiet --state Running --name operators-sidecar)" ] || echo 'the sidecar does not run'
curl --silent --insecure https://127.0.0.1:6443/readyz | grep -qx ok || echo 'the API server is not ready'`,
  },
]

const atRest = `${kube}
now=$(date +%s)
kube get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.spec.unschedulable} {range .status.conditions[?(@.type=="Ready")]}{.status} {.lastTransitionTime}{end}{"\\n"}{end}' > /tmp/nodes
silent=$(awk '$3 == "Unknown" { print $1, $4 }' /tmp/nodes)
[ -n "$silent" ] || silent=$(awk '$2 == "true" && $3 != "True" { print $1, $4 }' /tmp/nodes)
if [ -z "$silent" ]; then echo 'no Node is NotReady yet'; exit; fi
if [ $((now - $(date -d "\${silent#* }" +%s))) -lt ${restSeconds} ]; then echo 'evictions are still to come'; fi
${podsReady} |
  awk -v silent="\${silent% *}" '$1 != "default/fails-always" && $2 != "" && $2 != silent && $3 != "True" { print $1 " is not ready" }'
rm /tmp/nodes`

/**
 * What operators do to clusters that work: flags, a sidecar, a further CA, credentials and discovery removed for hardening, a Node taken
 * out of service, and what fails anyway. A repair has nothing to do with any of it.
 */
export function operatorEdits(patience?: Patience): Loss {
  return editsAsLoss('operator-edits', [...edits, { title: 'the cluster is at rest', on: first, missing: atRest }], {
    patience,
    supports: ({ workers }) =>
      workers < 2 ? { ok: false, reason: 'one worker is taken out of service, and another one edited' } : { ok: true },
  })
}
