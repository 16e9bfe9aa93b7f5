import { linesOf, on, type Named } from './shell.ts'

/** etcd as one member sees it. */
export interface EtcdView {
  readonly clusterId: string
  /** In hexadecimal, sorted. */
  readonly members: readonly string[]
  /** Keys of the workload's pods. */
  readonly pods: readonly string[]
}

/** Asks the member on a control plane with the machine's own certificate. Rejects while it does not answer. */
export async function etcdView(controlPlane: Named): Promise<EtcdView> {
  const lines = linesOf(
    await on(controlPlane)`
container=$(crictl ps --quiet --state Running --name '^etcd$' --label io.kubernetes.pod.namespace=kube-system)
pki=/etc/kubernetes/pki/etcd
ask() {
  crictl exec "$container" etcdctl --endpoints https://127.0.0.1:2379 --cacert $pki/ca.crt \
    --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key "$@"
}
ask endpoint status --write-out fields | sed -n 's/^"ClusterID" : /cluster /p'
ask member list | sed 's/,.*//;s/^/member /'
ask get /registry/pods/drill-workload/ --prefix --keys-only | sed -n 's#^/#pod /#p'`,
  )
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  return { clusterId: after('cluster').join(), members: after('member').sort(), pods: after('pod').sort() }
}
