import type { Node } from '../../../lib/node.ts'
import { shell } from './shell.ts'

/**
 * kubectl on a control plane, at that machine's own API server, as super-admin, or as admin on one that joined. Arguments are words without quotes in
 * them; `input` is for `--filename -`.
 */
export function kubectl(controlPlane: Node, args: readonly string[], input?: string): Promise<string> {
  const words = args.map((word) => `'${word}'`).join(' ')
  const script = `
server=$(ip -4 -o addr show eth0 | awk '{ sub("/.*", "", $4); print $4 }')
config=/etc/kubernetes/super-admin.conf
if [ ! -e "$config" ]; then config=/etc/kubernetes/admin.conf; fi
kubectl --kubeconfig "$config" --server "https://$server:6443" --request-timeout 10s ${words}`
  return shell(controlPlane, script, input)
}

/** A list of things that kubectl prints one a line by a jsonpath, such as `{range .items[*]}{.metadata.name}{"\n"}{end}`. */
export async function kubectlLines(controlPlane: Node, ...args: readonly string[]): Promise<string[]> {
  return (await kubectl(controlPlane, args)).split('\n').filter(Boolean)
}

/** `{range .items[*]}…{"\n"}{end}` */
export const each = (what: string): string => `jsonpath={range .items[*]}${what}{"\\n"}{end}`

/** Whose token a Secret holds, by the API's word; rejects where the API refuses it. */
export function ownerOfSecretToken(controlPlane: Node, namespace: string, name: string): Promise<string> {
  return shell(
    controlPlane,
    `
server=$(ip -4 -o addr show eth0 | awk '{ sub("/.*", "", $4); print $4 }')
kube() { kubectl --server "https://$server:6443" --request-timeout 10s "$@"; }
token=$(kube --kubeconfig /etc/kubernetes/super-admin.conf get secret --namespace ${namespace} ${name} \
  --output 'jsonpath={.data.token}' | base64 -d)
kube --kubeconfig /dev/null --certificate-authority /etc/kubernetes/pki/ca.crt --token "$token" \
  auth whoami --output 'jsonpath={.status.userInfo.username}'`,
  )
}
