import { linesOf, on, type Named } from './shell.ts'

/**
 * kubectl on a control plane, at that machine's own API server, as super-admin, or as admin on one that joined; `input` is
 * for `--filename -`.
 */
export const kubectl = (controlPlane: Named, args: readonly string[], input?: string): Promise<string> =>
  on(controlPlane, input)`
server=$(ip -4 -o addr show eth0 | awk '{ sub("/.*", "", $4); print $4 }')
config=/etc/kubernetes/super-admin.conf
if [ ! -e "$config" ]; then config=/etc/kubernetes/admin.conf; fi
kubectl --kubeconfig "$config" --server "https://$server:6443" --request-timeout 10s ${args}`

/** A list of things that kubectl prints one a line by a jsonpath, such as that of `each`. */
export const kubectlLines = async (controlPlane: Named, ...args: readonly string[]): Promise<string[]> =>
  linesOf(await kubectl(controlPlane, args))

/** `{range .items[*]}…{"\n"}{end}` */
export const each = (what: string): string => `jsonpath={range .items[*]}${what}{"\\n"}{end}`

/** Whose token a Secret holds, as the API says; rejects where the API refuses it. */
export const ownerOfSecretToken = (controlPlane: Named, namespace: string, name: string): Promise<string> =>
  on(controlPlane)`
server=$(ip -4 -o addr show eth0 | awk '{ sub("/.*", "", $4); print $4 }')
kube() { kubectl --server "https://$server:6443" --request-timeout 10s "$@"; }
token=$(kube --kubeconfig /etc/kubernetes/super-admin.conf get secret --namespace ${namespace} ${name} \
  --output 'jsonpath={.data.token}' | base64 -d)
kube --kubeconfig /dev/null --certificate-authority /etc/kubernetes/pki/ca.crt --token "$token" \
  auth whoami --output 'jsonpath={.status.userInfo.username}'`
