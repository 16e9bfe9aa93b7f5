import { bash, runScript } from '../shell/bash.ts'
import { PreconditionError } from '../engine/errors.ts'
import { isObject, objectAt, objectsAt } from '../engine/json.ts'
import type { Json, NodeState, ClusterState } from '../model.ts'
import { clientUrlOf } from './listen-urls.ts'

/**
 * The status of one etcd member, after it agreed with a majority. Ids are decimal strings: they do not fit into a
 * number.
 */
export interface EtcdStatus {
  readonly node: string
  readonly clusterId: string
  readonly memberId: string
  readonly members: number
  readonly namespaces: number
  readonly pods: number
}

/**
 * Asks the member on this machine; its answers are linearizable reads. Rejects while it is not running or there is no
 * majority.
 */
export async function etcdStatus(host: NodeState, cluster: ClusterState, signal: AbortSignal): Promise<EtcdStatus> {
  const pki = `${cluster.config.certificatesDir}/etcd`
  const script = bash`
container=$(crictl ps --quiet --state Running --name '^etcd$' --label io.kubernetes.pod.namespace=kube-system | head -n 1)
if [ -z "$container" ]; then echo 'etcd is not running yet' >&2; exit 1; fi
# What another user than root runs can read its own key alone, which is a client's too (kubeadm, app/phases/certs/certlist.go).
client=healthcheck-client
if [ "$(stat -c %u "/proc/$(pgrep -x -o etcd)" 2>/dev/null || echo 0)" != 0 ]; then client=server; fi
ask() {
  crictl exec "$container" etcdctl --endpoints ${clientUrlOf(host).origin} --dial-timeout 2s --command-timeout 4s \
    --cacert ${pki}/ca.crt --cert ${pki}/"$client.crt" --key ${pki}/"$client.key" "$@"
}
ask --write-out json member list
ask --write-out fields get /registry/namespaces/ --prefix --count-only
ask --write-out fields get /registry/pods/ --prefix --count-only
`
  const { stdout } = await runScript(host.node, 'read the status of etcd', script, {
    public: true,
    signal,
    timeoutMs: 20_000,
  })
  return readEtcdStatus(host.node.name, stdout)
}

/** Reads the member list (a line of JSON) and the two counts, which etcdctl gives as fields only. */
export function readEtcdStatus(node: string, output: string): EtcdStatus {
  const list = parseWithLongIds(output.split('\n').find((line) => line.startsWith('{')) ?? '{}')
  const [namespaces, pods] = [...output.matchAll(/^"Count" : (\d+)$/gm)].map(([, count]) => Number(count))
  const header = objectAt(list, 'header')
  return {
    node,
    clusterId: idOf(header['cluster_id']),
    memberId: idOf(header['member_id']),
    members: objectsAt(list, 'members').length,
    namespaces: namespaces ?? 0,
    pods: pods ?? 0,
  }
}

/** etcd writes 64-bit ids as JSON numbers; they are made strings before JSON.parse rounds them. */
function parseWithLongIds(line: string): Json {
  const parsed: unknown = JSON.parse(line.replaceAll(/([:[,]\s*)(\d{16,})/g, '$1"$2"'))
  return isObject(parsed) ? parsed : {}
}

function idOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/**
 * Throws PreconditionError unless this is the old cluster, whole: one id, as many members as control planes, and objects in
 * it.
 */
export function requireOldCluster(statuses: readonly EtcdStatus[]): void {
  const ids = new Set(statuses.map(({ clusterId }) => clusterId))
  if (ids.size !== 1 || ids.has('')) {
    throw new PreconditionError(
      `etcd is not one cluster: ${statuses.map(({ node, clusterId }) => `${node} has ${clusterId || 'none'}`).join(', ')}; ` +
        'no API server was started; bring back the data directory of the odd one',
      { reason: 'etcd-clusters-differ' },
    )
  }
  for (const { node, members, namespaces, pods } of statuses) {
    if (members !== statuses.length) {
      throw new PreconditionError(
        `etcd on ${node} has ${members} members, the inventory ${statuses.length} control planes: list them all, or remove the members that are gone for good`,
        { reason: 'control-plane-missing' },
      )
    }
    if (namespaces === 0 || pods === 0) {
      throw new PreconditionError(
        `etcd on ${node} holds ${namespaces} namespaces and ${pods} pods: no API server was started, since kubelets would delete every pod; ` +
          'restore its data first',
        { reason: 'etcd-objects-missing' },
      )
    }
  }
}
