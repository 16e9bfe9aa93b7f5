import type { Cluster, Machine } from '../model/cluster.ts'
import type { Loss } from '../model/scenario.ts'
import { leftOn, type Patience } from './observe-machines.ts'
import { proofBy, type ProofPart } from './prove.ts'

/** Something that an operator does to a cluster that works, for reasons of his own. */
export interface Edit {
  readonly title: string
  readonly on: (cluster: Cluster) => readonly Machine[]
  /** Bash, run once on each of these machines; nothing where the edit only waits. */
  readonly script?: string
  readonly input?: string
  /** Bash; prints what is still to come before the edit is in force and the cluster at rest. */
  readonly missing: string
}

export const first = ({ controlPlanes }: Cluster) => controlPlanes.slice(0, 1)
export const everyControlPlane = ({ controlPlanes }: Cluster) => controlPlanes

/** For scripts on a control plane: `kube …` is kubectl as an administrator, and `$pause` an image that every machine has. */
export const kube = 'kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }'
export const pause = `pause=$(crictl images | awk '$1 ~ /pause$/ { print $1 ":" $2; exit }')`

/** Edits a manifest by a program of sed, in one write: kubelet would start what half of it says. */
export const editManifest = (
  component: string,
  program: string,
) => `manifest=/etc/kubernetes/manifests/${component}.yaml; edited=$(mktemp)
sed ${program} "$manifest" > "$edited"
if cmp --silent "$edited" "$manifest"; then echo 'the edit changed nothing' >&2; exit 1; fi
cp "$edited" "$manifest"; rm "$edited"`

/** A flag for the API server, and a sidecar that stands before it. */
export const editApiServer = `${pause}; ${editManifest(
  'kube-apiserver',
  `-e 's/^    - kube-apiserver$/&\\n    - --max-requests-inflight=401/' \\
  -e "s#^  containers:\\$#&\\n  - name: operators-sidecar\\n    image: $pause\\n    imagePullPolicy: IfNotPresent#"`,
)}`

/** For scripts: prints the name, the machine and `True` or not of each pod. */
export const podsReady = `kube get pods --all-namespaces -o jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name} {.spec.nodeName} {range .status.conditions[?(@.type=="Ready")]}{.status}{end}{"\\n"}{end}'`

/** Waits until the cluster is at rest. */
export const everyPodReady: Edit = {
  title: 'every pod is ready',
  on: first,
  missing: `${kube}; ${podsReady} | awk '$3 != "True" { print $1 " is not ready" }'`,
}

const defaultPatience: Patience = { timeoutMs: 240_000, intervalMs: 2000 }
/** So often edits are awaited one by one, before it counts that they are not in force together. */
const rounds = 10

/** Edits as a loss, proved when all are in force at the same time: nothing that a repair may replace because of them. */
export function editsAsLoss(
  id: string,
  edits: readonly Edit[],
  { supports, patience = {} }: { readonly supports?: Loss['supports']; readonly patience?: Patience | undefined } = {},
): Loss {
  const parts = edits.map((edit) => partOf(edit, { ...defaultPatience, ...patience }))
  const atOnce = edits.map((edit) => partOf(edit, { timeoutMs: 0 }))
  const made = edits.filter(({ script }) => script !== undefined)
  return {
    id,
    title: made.map(({ title }) => title).join('; '),
    provedBy: parts.map(({ title }) => title),
    replaces: [],
    supports: supports ?? (() => ({ ok: true })),
    async inject({ cluster, journal, signal }) {
      for (const { title, on, script = '', input } of made) {
        await Promise.all(on(cluster).map((machine) => run(machine, script, { signal, ...(input ? { input } : {}) })))
        journal.append({ type: 'fault.edited', title, nodes: on(cluster).map(({ name }) => name) })
      }
    },
    async prove(context) {
      for (let round = 1; ; round += 1) {
        const proof = await proofBy(parts, context)
        if (proof.result !== 'confirmed') return proof
        // Each was seen once, but a pod that was ready can have been restarted for the next edit since.
        const now = await proofBy(atOnce, context)
        if (now.result === 'confirmed' || round === rounds) return now
      }
    },
  }
}

const bash = (script: string) => ['bash', '-c', `set -euo pipefail\n${script}`] as const

async function run(
  machine: Machine,
  script: string,
  options: { readonly signal: AbortSignal; readonly input?: string },
): Promise<void> {
  await machine.exec(bash(script), { timeoutMs: 30_000, ...options })
}

function partOf({ title, on, missing }: Edit, patience: Patience): ProofPart {
  return {
    title,
    async observe({ cluster, signal }) {
      const asked = { ...patience, argv: bash(missing) }
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
