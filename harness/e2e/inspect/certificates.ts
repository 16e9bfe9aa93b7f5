import type { Node } from '../../../lib/node.ts'
import { linesOf, shell } from './shell.ts'

/** What kubeadm shares between control planes. */
export const sharedFiles = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
] as const

const leaves = {
  'apiserver.crt': 'ca.crt',
  'apiserver-kubelet-client.crt': 'ca.crt',
  'front-proxy-client.crt': 'front-proxy-ca.crt',
  'apiserver-etcd-client.crt': 'etcd/ca.crt',
  'etcd/server.crt': 'etcd/ca.crt',
  'etcd/peer.crt': 'etcd/ca.crt',
  'etcd/healthcheck-client.crt': 'etcd/ca.crt',
} as const

export const etcdLeaves = ['etcd/server.crt', 'etcd/peer.crt', 'etcd/healthcheck-client.crt'] as const
export const allLeaves = Object.keys(leaves) as (keyof typeof leaves)[]

/** SHA-256 of each file below the certificates' directory; 'none' where there is no such file. */
export async function sums(machine: Node, files: readonly string[]): Promise<Record<string, string>> {
  const script = `
cd /etc/kubernetes/pki 2>/dev/null || cd /
for file in ${files.join(' ')}; do
  if [ -s "$file" ]; then sha256sum "$file"; else echo "none $file"; fi
done`
  const lines = linesOf(await shell(machine, script)).map((line) => line.split(/\s+/))
  return Object.fromEntries(lines.map(([sum = '', file = '']) => [file, sum]))
}

/** Each certificate as openssl sees it: `whole` when its CA signed it, it is valid, and its key is its own. */
export async function certificates(
  controlPlane: Node,
  files: readonly (keyof typeof leaves)[],
): Promise<Record<string, string>> {
  const script = `
cd /etc/kubernetes/pki
look() {
  openssl verify -CAfile "$1" "$2" > /dev/null 2>&1 || { echo "$2 not signed by $1"; return; }
  [ "$(openssl x509 -in "$2" -noout -pubkey)" = "$(openssl pkey -in "\${2%.crt}.key" -pubout)" ] ||
    { echo "$2 not of its key"; return; }
  echo "$2 whole"
}
${files.map((file) => `look ${leaves[file]} ${file}`).join('\n')}`
  const lines = linesOf(await shell(controlPlane, script))
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]))
}

export const whole = (files: readonly string[]): Record<string, string> =>
  Object.fromEntries(files.map((file) => [file, 'whole']))

/** The names that a certificate was made out to, as openssl prints them. */
export const namesOf = (controlPlane: Node, file: string): Promise<string> =>
  shell(
    controlPlane,
    `openssl x509 -in /etc/kubernetes/pki/${file} -noout -ext subjectAltName | tail -n +2 | tr -d ' '`,
  )

/**
 * Who each kubeconfig says its owner is, `subject of another CA` where the cluster's did not sign it or the kubeconfig
 * trusts another.
 */
export async function kubeconfigs(controlPlane: Node, names: readonly string[]): Promise<Record<string, string>> {
  const script = `
ca=/etc/kubernetes/pki/ca.crt
in_conf() { sed -n "s/^ *$2: //p" "/etc/kubernetes/$1.conf" | base64 -d; }
for name in ${names.join(' ')}; do
  subject=$(in_conf "$name" client-certificate-data | openssl x509 -noout -subject -nameopt RFC2253)
  other=
  in_conf "$name" client-certificate-data | openssl verify -CAfile "$ca" > /dev/null 2>&1 || other=' of another CA'
  cmp --silent <(in_conf "$name" certificate-authority-data) "$ca" || other=' of another CA'
  echo "$name \${subject#subject=}$other"
done`
  const lines = linesOf(await shell(controlPlane, script))
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]))
}

/** Whether a machine's kubelet shows a certificate of this CA (PEM), and which: `client` to the API, `server` to its callers. */
export async function kubeletCertificate(machine: Node, which: 'client' | 'server', ca: string): Promise<string> {
  const script = `
file=/var/lib/kubelet/pki/kubelet-${which}-current.pem
if [ ! -s "$file" ]; then echo none; exit 0; fi
if openssl verify -CAfile <(cat) "$file" > /dev/null 2>&1; then echo signed; else echo 'of another CA'; fi`
  return shell(machine, script, ca)
}

/** The key id of tokens that this service-account key signs: SHA-256 of the public key (kube-apiserver, pkg/serviceaccount/jwt.go). */
export const keyIdOf = (controlPlane: Node): Promise<string> =>
  shell(
    controlPlane,
    `openssl pkey -pubin -in /etc/kubernetes/pki/sa.pub -outform DER | openssl dgst -sha256 -binary |
  base64 | tr '+/' '-_' | tr -d '='`,
  )

/** The key ids of the service-account tokens that pods of a machine are given, each once. */
export async function mountedKeyIds(machine: Node): Promise<string[]> {
  const script = `
for file in /var/lib/kubelet/pods/*/volumes/kubernetes.io~projected/*/token; do cut -d. -f1 "$file"; done`
  const ids = linesOf(await shell(machine, script)).map((header) => {
    const parsed = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: string }
    return parsed.kid ?? 'none'
  })
  return [...new Set(ids)]
}
