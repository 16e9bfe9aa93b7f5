import {
  keyFileOf,
  leafCertificates,
  sharedFiles as sharedPublicFiles,
  type LeafCertificate,
} from '../../observe/control-plane-files.ts'
import { keyIdInHeader } from '../../observe/fingerprints.ts'
import { byName, linesOf, on, type Named } from './shell.ts'

/** What kubeadm shares between control planes, both halves of each. */
export const sharedFiles = sharedPublicFiles.flatMap((file) => [file, keyFileOf(file)])

export const allLeaves = Object.keys(leafCertificates) as LeafCertificate[]
export const etcdLeaves = allLeaves.filter((file) => file.startsWith('etcd/'))

/** SHA-256 of each file below the certificates' directory; 'none' where there is no such file. */
export async function sums(machine: Named, files: readonly string[]): Promise<Record<string, string>> {
  const lines = await on(machine)`
cd /etc/kubernetes/pki 2> /dev/null || cd /
for file in ${files}; do
  if [ -s "$file" ]; then echo "$file $(sha256sum < "$file" | cut -d ' ' -f 1)"; else echo "$file none"; fi
done`
  return byName(lines)
}

/** Each certificate as openssl sees it: `whole` when its CA signed it, it is valid, and its key is its own. */
export async function certificates(
  controlPlane: Named,
  files: readonly LeafCertificate[],
): Promise<Record<string, string>> {
  const lines = await on(controlPlane)`
cd /etc/kubernetes/pki
while read -r file ca; do
  if ! openssl verify -CAfile "$ca" "$file" > /dev/null 2>&1; then echo "$file not signed by $ca"
  elif [ "$(openssl x509 -in "$file" -noout -pubkey)" != "$(openssl pkey -in "$(sed 's/crt$/key/' <<< "$file")" -pubout)" ]
  then echo "$file not of its key"
  else echo "$file whole"
  fi
done < <(printf '%s %s\n' ${files.flatMap((file) => [file, leafCertificates[file]])})`
  return byName(lines)
}

export const whole = (files: readonly string[]): Record<string, string> =>
  Object.fromEntries(files.map((file) => [file, 'whole']))

/** The names that a certificate was made out to, as openssl prints them. */
export const namesOf = (controlPlane: Named, file: LeafCertificate): Promise<string> =>
  on(controlPlane)`
openssl x509 -in ${`/etc/kubernetes/pki/${file}`} -noout -ext subjectAltName | tail -n +2 | tr -d ' '`

/**
 * Who each kubeconfig says its owner is, `subject of another CA` where the cluster's did not sign it or the kubeconfig
 * trusts another.
 */
export async function kubeconfigs(controlPlane: Named, names: readonly string[]): Promise<Record<string, string>> {
  const lines = await on(controlPlane)`
ca=/etc/kubernetes/pki/ca.crt
in_conf() { sed -n "s/^ *$2: //p" "/etc/kubernetes/$1.conf" | base64 -d; }
for name in ${names}; do
  subject=$(in_conf "$name" client-certificate-data | openssl x509 -noout -subject -nameopt RFC2253 | sed s/^subject=//)
  other=
  in_conf "$name" client-certificate-data | openssl verify -CAfile "$ca" > /dev/null 2>&1 || other=' of another CA'
  cmp --silent <(in_conf "$name" certificate-authority-data) "$ca" || other=' of another CA'
  echo "$name $subject$other"
done`
  return byName(lines)
}

/** Whether a machine's kubelet has a certificate of this CA (PEM), and which: `client` to the API, `server` to its callers. */
export const kubeletCertificate = (machine: Named, which: 'client' | 'server', ca: string): Promise<string> =>
  on(machine, ca)`
file=${`/var/lib/kubelet/pki/kubelet-${which}-current.pem`}
if [ ! -s "$file" ]; then echo none; exit 0; fi
if openssl verify -CAfile <(cat) "$file" > /dev/null 2>&1; then echo signed; else echo 'of another CA'; fi`

/** The CA of the cluster, as PEM. */
export const clusterCa = async (controlPlane: Named): Promise<string> =>
  `${await on(controlPlane)`cat /etc/kubernetes/pki/ca.crt`}\n`

/** The key id of tokens that this service-account key signs: SHA-256 of the public key (kube-apiserver, pkg/serviceaccount/jwt.go). */
export const keyIdOf = (controlPlane: Named): Promise<string> =>
  on(controlPlane)`
openssl pkey -pubin -in /etc/kubernetes/pki/sa.pub -outform DER | openssl dgst -sha256 -binary |
  base64 | tr '+/' '-_' | tr -d '='`

/** The key ids of the service-account tokens that pods of a machine are given, each once. */
export async function mountedKeyIds(machine: Named): Promise<string[]> {
  const headers = await on(machine)`
for file in /var/lib/kubelet/pods/*/volumes/kubernetes.io~projected/*/token; do cut -d. -f1 "$file"; done`
  return [...new Set(linesOf(headers).map(keyIdInHeader))]
}
