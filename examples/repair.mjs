#!/usr/bin/env node
// A repair of your own as a runbook in zx: one control plane, kubeadm, no preconditions. The same repair as repair.sh.
//   drill run lost-pki --masters 1 --recovery examples/repair.mjs
// A copy elsewhere needs zx beside it: npm install zx
// drill gives it DRILL_INVENTORY (JSON: the machines, and the kubeadm configuration of each control plane) and
// DRILL_SSH (as ssh: NODE COMMAND…).
import { $, echo, fs, quote, retry, sleep } from 'zx'

const { controlPlanes, workers } = await fs.readJson(process.env.DRILL_INVENTORY)
const [controlPlane, ...further] = controlPlanes
if (further.length > 0) throw new Error('this example repairs one control plane only')
if (!controlPlane.kubeadmConfig) throw new Error('this example needs the kubeadm configuration')
const machines = [controlPlane, ...workers]

/** on(machine)`…` runs a script there, as root, with `input` as its standard input. Values in it are quoted. */
const on =
  (machine, input = '') =>
  (pieces, ...values) => {
    const words = values.map((value) => [value].flat().map(String).map(quote).join(' '))
    const script = `set -euo pipefail\n${String.raw(pieces, ...words)}`
    return $({ input: Buffer.from(input), quiet: true })`${process.env.DRILL_SSH} ${machine.name} ${script}`
  }

const kubectl = (...words) => on(controlPlane)`kubectl --kubeconfig /etc/kubernetes/super-admin.conf ${words}`
const list = async (...words) => (await kubectl('get', ...words, '--output', 'json')).json().items

/** Up to 150 s; then the last reason why not is the error. */
const until = (isSo) => retry(300, '500ms', isSo)

echo(`certificates, kubeconfigs and manifests on ${controlPlane.name}`)
await on(controlPlane, await fs.readFile(controlPlane.kubeadmConfig))`umask 077; cat > /root/kubeadm.yaml`
await on(controlPlane)`
test -s /var/lib/etcd/member/snap/db
for sandbox in $(crictl pods --namespace kube-system --label tier=control-plane --quiet); do crictl rmp -f $sandbox; done
for phase in 'certs all' 'kubeconfig all' 'etcd local' 'control-plane all'; do
  kubeadm init phase $phase --config /root/kubeadm.yaml
done`

echo('kubelets: a new identity each')
await on(controlPlane)`rm -f /var/lib/kubelet/pki/kubelet-client-*; systemctl restart kubelet`
await until(() => kubectl('get', '--raw', '/readyz'))
const ca = (await on(controlPlane)`cat /etc/kubernetes/pki/ca.crt`).stdout
for (const worker of workers) {
  const user = `system:node:${worker.name}`
  const identity = await on(
    controlPlane,
  )`kubeadm kubeconfig user --config /root/kubeadm.yaml --org system:nodes --client-name ${user}`
  // Its kubelet.conf stays but for the CA; the identity is in the file that kubelet rotates.
  await on(worker, identity.stdout)`
umask 077
conf=$(cat)
field() { sed -n "s/^ *$1: //p" <<< "$conf"; }
rm -f /var/lib/kubelet/pki/kubelet-client-*
for part in certificate key; do field client-$part-data | base64 -d; done > /var/lib/kubelet/pki/kubelet-client-current.pem
sed -i "s|\(certificate-authority-data: \).*|\1$(field certificate-authority-data)|" /etc/kubernetes/kubelet.conf`
  await on(worker, ca)`cat > /etc/kubernetes/pki/ca.crt`
}

echo('wait until the new CA is in every namespace, so that no pod gets a new token beside the old CA')
await until(async () => {
  const published = await list('configmaps', '--all-namespaces', '--field-selector', 'metadata.name=kube-root-ca.crt')
  const current = published.filter(({ data }) => data['ca.crt'].trim() === ca.trim())
  const namespaces = await list('namespaces')
  if (current.length < namespaces.length) throw new Error('the new CA is not published in every namespace')
})
await Promise.all(machines.map((machine) => on(machine)`systemctl restart kubelet`))

echo('tokens in Secrets')
const secrets = await kubectl(
  ...['get', 'secrets', '--all-namespaces', '--field-selector', 'type=kubernetes.io/service-account-token'],
  ...['--output', 'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}'],
)
for (const line of secrets.lines().filter(Boolean)) {
  const [namespace, name] = line.split(' ')
  await kubectl('patch', 'secret', '--namespace', namespace, name, '--type=merge', '--patch={"data":{"token":null}}')
}

echo('wait until every node is Ready by its own word')
const since = (await on(controlPlane)`date -u +%FT%TZ`).stdout.trim()
await until(async () => {
  const silent = (await list('leases', '--namespace', 'kube-node-lease')).filter(({ spec }) => spec.renewTime < since)
  const isReady = ({ status }) => status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')
  const notReady = (await list('nodes')).filter((node) => !isReady(node))
  const names = [...silent, ...notReady].map(({ metadata }) => metadata.name)
  if (names.length > 0) throw new Error(`not Ready: ${names.join(', ')}`)
})

echo('restart what read the CA at its start, one by one and in place: same pods, same addresses')
// The network of drill is podnet, and its workload has a client that reads its credentials once; name yours.
for (const reader of ['k8s-app=kube-proxy', 'app=podnet', 'k8s-app=kube-dns', 'app=api-client-once'])
  for (const machine of machines) {
    const pods = await on(machine)`crictl pods --state Ready --quiet --label ${reader}`
    for (const pod of pods.lines().filter(Boolean)) {
      await on(machine)`crictl stop --timeout 10 $(crictl ps --quiet --pod ${pod})`
      if (reader !== 'k8s-app=kube-dns') continue
      // DNS one at a time, so that one always answers.
      await sleep('2s')
      await kubectl(
        'wait',
        ...['pod', '--all-namespaces', '--selector', reader, '--for', 'condition=Ready', '--timeout', '60s'],
      )
    }
  }

echo('what joining machines and extension API servers are told')
const bootstrap = await on(controlPlane)`kubeadm init phase bootstrap-token --config /root/kubeadm.yaml`
const [, tokenId] = /Using token: (\w+)\./.exec(bootstrap.stdout)
await on(controlPlane)`kubeadm token delete ${tokenId}`
await kubectl('delete', 'configmap', '--namespace', 'kube-system', 'extension-apiserver-authentication')
await on(controlPlane)`
kubeadm init phase kubelet-finalize all --config /root/kubeadm.yaml
rm /root/kubeadm.yaml`
echo('done')
