import type { Cluster, Machine } from '../model/cluster.ts'
import type { Loss } from '../model/scenario.ts'
import { selfSigned } from '../workload/self-signed.ts'
import { leftOn, type Patience } from './observe-machines.ts'
import { proofBy, type ProofPart } from './prove.ts'

/** Something that an operator does to a cluster that works, for reasons of his own. */
interface Edit {
  readonly title: string
  readonly on: (cluster: Cluster) => readonly Machine[]
  /** Bash, run once on each of these machines. */
  readonly script: string
  readonly input?: string
  /** Bash; prints what is still to come before the edit is in force and the cluster at rest. */
  readonly missing: string
}

const first = ({ controlPlanes }: Cluster) => controlPlanes.slice(0, 1)
const controlPlanes = ({ controlPlanes: machines }: Cluster) => machines
const firstWorker = ({ workers }: Cluster) => workers.slice(0, 1)
const lastWorker = ({ workers }: Cluster) => workers.slice(-1)

const kube = 'kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }'
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

/** Of the image that every machine has. */
const pause = `pause=$(crictl images | awk '$1 ~ /pause$/ { print $1 ":" $2; exit }')`

/**
 * How long a Node is not Ready before the cluster is at rest again, in seconds: the canary, which tolerates it for 30 s, has been
 * evicted by then, and nobody else goes before 300 s.
 */
const restSeconds = 40

const edits: readonly Edit[] = [
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
    title: 'the last worker is cordoned, and its kubelet stopped: its Node is NotReady',
    on: lastWorker,
    script: 'systemctl stop kubelet',
    missing: `systemctl is-active kubelet | grep -v inactive || true`,
  },
  {
    title: 'a flag in the manifest of every API server, and a sidecar before it',
    on: controlPlanes,
    script: `${pause}; manifest=/etc/kubernetes/manifests/kube-apiserver.yaml; edited=$(mktemp)
sed -e 's/^    - kube-apiserver$/&\\n    - --max-requests-inflight=401/' \\
  -e "s#^  containers:\\$#&\\n  - name: operators-sidecar\\n    image: $pause\\n    imagePullPolicy: IfNotPresent#" "$manifest" > "$edited"
cp "$edited" "$manifest"; rm "$edited"`,
    missing: `grep -qa 'max-requests-inflight=40[1]' /proc/[0-9]*/cmdline || echo 'no API server has the flag'
[ -n "$(crictl ps --quiet --state Running --name operators-sidecar)" ] || echo 'the sidecar does not run'
curl --silent --insecure https://127.0.0.1:6443/readyz | grep -qx ok || echo 'the API server is not ready'`,
  },
]

/** What the API must show before the cluster is at rest: every pod ready but those that cannot be. */
const atRest = `${kube}
now=$(date +%s)
kube get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.spec.unschedulable} {range .status.conditions[?(@.type=="Ready")]}{.status} {.lastTransitionTime}{end}{"\\n"}{end}' > /tmp/nodes
silent=$(awk '$3 == "Unknown" { print $1, $4 }' /tmp/nodes)
[ -n "$silent" ] || silent=$(awk '$2 == "true" && $3 != "True" { print $1, $4 }' /tmp/nodes)
if [ -z "$silent" ]; then echo 'no Node is NotReady yet'; exit; fi
if [ $((now - $(date -d "\${silent#* }" +%s))) -lt ${restSeconds} ]; then echo 'evictions are still to come'; fi
kube get pods --all-namespaces -o jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name} {.spec.nodeName} {range .status.conditions[?(@.type=="Ready")]}{.status}{end}{"\\n"}{end}' |
  awk -v silent="\${silent% *}" '$1 != "default/fails-always" && $2 != "" && $2 != silent && $3 != "True" { print $1 " is not ready" }'
rm /tmp/nodes`

/**
 * What operators do to clusters that work: flags, a sidecar, a further CA, credentials and discovery removed for hardening, a Node taken
 * out of service, and what fails anyway. A repair has nothing to do with any of it.
 */
export function operatorEdits(patience: Patience = {}): Loss {
  const parts: readonly ProofPart[] = [
    ...edits.map(({ title, on, missing }) => partOf(title, on, missing, patience)),
    partOf('the cluster is at rest', first, atRest, patience),
  ]
  return {
    id: 'operator-edits',
    title: edits.map(({ title }) => title).join('; '),
    provedBy: parts.map(({ title }) => title),
    replaces: [],
    supports: ({ workers }) =>
      workers < 2 ? { ok: false, reason: 'one worker is taken out of service, and another one edited' } : { ok: true },
    async inject({ cluster, journal, signal }) {
      await run(cluster.controlPlanes[0], `${kube}; kube cordon ${cluster.workers.at(-1)?.name ?? ''}`, { signal })
      for (const { title, on, script, input } of edits) {
        await Promise.all(on(cluster).map((machine) => run(machine, script, { signal, ...(input ? { input } : {}) })))
        journal.append({ type: 'fault.edited', title, nodes: on(cluster).map(({ name }) => name) })
      }
    },
    prove: (context) => proofBy(parts, context),
  }
}

const bash = (script: string) => ['bash', '-c', `set -euo pipefail\n${script}`] as const

async function run(
  machine: Machine | undefined,
  script: string,
  options: { readonly signal: AbortSignal; readonly input?: string },
): Promise<void> {
  await machine?.exec(bash(script), { timeoutMs: 30_000, ...options })
}

function partOf(title: string, on: Edit['on'], missing: string, patience: Patience): ProofPart {
  return {
    title,
    async observe({ cluster, signal }) {
      const asked = { timeoutMs: 240_000, intervalMs: 2000, ...patience, argv: bash(missing) }
      const seen = await Promise.all(
        on(cluster).map(async (machine) => ({ name: machine.name, left: await leftOn(machine, signal, asked) })),
      )
      return {
        contradictions: seen.flatMap(({ name, left = [] }) => left.map((line) => `${name}: ${line}`)),
        unanswered: seen.flatMap(({ name, left }) => (left ? [] : [`${name}: the machine did not answer`])),
        confirmed: seen.every(({ left }) => left?.length === 0) && seen.length > 0 ? [title] : [],
      }
    },
  }
}
