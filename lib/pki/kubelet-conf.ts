import { stringify } from 'yaml'
import { bash, type Script } from '../shell/bash.ts'
import { flagOf } from '../engine/flag-of.ts'
import { objectAt, objectIn, objectsAt } from '../engine/json.ts'
import type { Json, NodeState } from '../model.ts'
import { currentClientCertificate, kubeconfigParts } from './assess-leaf-certs.ts'

/**
 * For scripts: `embedded CONF KEY` prints what a kubeconfig holds in base64, `path_of CONF KEY` the path that it names, and
 * `named CONF KEY` the certificates in the file there. Nothing where there is none; a relative path counts from the kubeconfig (client-go,
 * clientcmd).
 */
export const kubeconfigFunctions = bash`
embedded() { { sed -n "s/^ *$2: //p" "$1" | tr -d "\"'" | base64 -d; } 2>/dev/null || true; }
path_of() {
  local path
  path=$({ sed -n "s/^ *$2: *//p" "$1" 2>/dev/null || true; } | tr -d "\"'" | head -n 1)
  case $path in ''|/*) echo "$path" ;; *) echo "$(dirname "$1")/$path" ;; esac
}
named() {
  local path
  path=$(path_of "$1" "$2")
  if [ -n "$path" ]; then sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$path" 2>/dev/null || true; fi
}
`

/** Whether a control plane joined by `kubeadm join`: then its etcd has --initial-cluster-state=existing. */
export function hasJoined({ mirrorPodSpecs }: Pick<NodeState, 'mirrorPodSpecs'>): boolean {
  return flagOf(mirrorPodSpecs.get('etcd')?.command, 'initial-cluster-state') === 'existing'
}

/**
 * Gives the kubelet.conf that kubeadm just made, at the path in "$conf", the names that kubelet itself wrote there when
 * its machine joined (client-go, tools/clientcmd; kubelet, certificate/bootstrap), so that nothing else changes.
 */
export function renameAsJoined({ node }: NodeState): Script {
  const user = `system:node:${node.name}`
  return bash`
(
umask 077
cluster=$(sed -n ${`s/^current-context: ${user}@//p`} "$conf")
awk -v user=${user} -v cluster="$cluster" '
  $1 == "current-context:" { print "current-context: default-context"; next }
  $1 == "namespace:" { next }
  $NF == user && /name: / { sub(/name: .*/, "name: default-auth") }
  $NF == user && /user: / { sub(/user: .*/, "user: default-auth") }
  $NF == user "@" cluster { sub(/name: .*/, "name: default-context") }
  $NF == cluster && /name: / { sub(/name: .*/, "name: default-cluster") }
  $NF == cluster && /cluster: / { indent = $0; sub(/cluster: .*/, "", indent); print indent "cluster: default-cluster"; print indent "namespace: default"; next }
  { print }
' "$conf" > "$conf.new"
mv "$conf.new" "$conf"
)
`
}

/** For scripts: sed with the edits that let a kubelet.conf name kubelet's rotated certificate instead of embedding one. */
export const nameRotated = bash`sed -e 's#client-certificate-data: .*#client-certificate: ${currentClientCertificate}#' \
  -e 's#client-key-data: .*#client-key: ${currentClientCertificate}#'`

/**
 * The kubeconfig of a worker's kubelet as it was, with the CA and the credentials of one that was signed now. Where it
 * is lost or cannot be read it gets the names that a kubelet writes when its machine joins.
 */
export function withNewIdentity(before: string, signed: string): string {
  const own = kubeconfigParts(signed)
  const config = objectIn(before)
  if (!own) return signed
  if (!config || !kubeconfigParts(before)) return joinedKubeconfig(own)
  const change = (list: string, key: string, values: Json) => {
    return objectsAt(config, list).map((entry) => ({
      ...entry,
      [key]: { ...withoutCredentials(objectAt(entry, key)), ...values },
    }))
  }
  const pick = (from: Json, keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, from[key]]))
  return stringify(
    {
      ...config,
      clusters: change('clusters', 'cluster', pick(own.cluster, ['certificate-authority-data'])),
      users: change('users', 'user', pick(own.user, ['client-certificate-data', 'client-key-data'])),
    },
    { lineWidth: 0 },
  )
}

/** Names as in client-go's kubelet bootstrap (kubelet, certificate/bootstrap/bootstrap.go, writeKubeconfigFromBootstrapping). */
function joinedKubeconfig({ cluster, user }: NonNullable<ReturnType<typeof kubeconfigParts>>): string {
  const context = { cluster: 'default-cluster', namespace: 'default', user: 'default-auth' }
  return stringify(
    {
      apiVersion: 'v1',
      clusters: [{ cluster, name: 'default-cluster' }],
      contexts: [{ context, name: 'default-context' }],
      'current-context': 'default-context',
      kind: 'Config',
      users: [{ name: 'default-auth', user }],
    },
    { lineWidth: 0 },
  )
}

const credentials = [
  'certificate-authority',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'password',
]

function withoutCredentials(part: Json): Json {
  return Object.fromEntries(Object.entries(part).filter(([key]) => !credentials.includes(key)))
}
