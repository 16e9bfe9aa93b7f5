import { issueCertificate } from '../../lib/testing/issue-certificate.ts'
import type { Machine } from '../model/cluster.ts'
import { shell } from './inspect/shell.ts'

/** A damaged file, and the reason that the repair must report. */
export interface Damage {
  readonly path: string
  readonly reason: string
}

const pki = '/etc/kubernetes/pki'
const conf = (name: string) => `/etc/kubernetes/${name}.conf`
const manifest = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`
const past = new Date('2024-01-01')
const foreign = issueCertificate({ commonName: 'kubernetes' })

/** Kinds of damage to leaf certificates, kubeconfigs, the service-account key and a manifest, one each. */
export async function damageFirst(controlPlane: Machine): Promise<Damage[]> {
  const read = async (path: string) => (await controlPlane.readFile(path)).toString()
  const by = { certificate: await read(`${pki}/etcd/ca.crt`), key: await read(`${pki}/etcd/ca.key`) }
  const key = await read(`${pki}/etcd/healthcheck-client.key`)
  const expired = issueCertificate({ commonName: 'kube-etcd-healthcheck-client', notAfter: past, key, by })
  await controlPlane.writeFile(`${pki}/etcd/healthcheck-client.crt`, expired.certificate)
  await shell(
    controlPlane,
    `
cd ${pki}
truncate -s 300 apiserver.crt
cp front-proxy-client.key apiserver-kubelet-client.key
truncate -s 0 front-proxy-client.crt
rm apiserver-etcd-client.key
rm sa.pub
cp ${conf('admin')} ${conf('scheduler')}
truncate -s 2500 ${conf('admin')}
truncate -s 0 ${conf('controller-manager')}
sed -i /client-key-data/d ${conf('super-admin')}
truncate -s 0 ${manifest('kube-scheduler')}`,
  )
  return [
    { path: `${pki}/etcd/healthcheck-client.crt`, reason: 'expired' },
    { path: `${pki}/apiserver.crt`, reason: 'unreadable' },
    { path: `${pki}/apiserver-kubelet-client.crt`, reason: 'of another key' },
    { path: `${pki}/front-proxy-client.crt`, reason: 'missing' },
    { path: `${pki}/apiserver-etcd-client.crt`, reason: 'without its key' },
    { path: conf('scheduler'), reason: 'of another user' },
    { path: conf('admin'), reason: 'unreadable' },
    { path: conf('controller-manager'), reason: 'missing' },
    { path: conf('super-admin'), reason: 'without its key' },
    { path: manifest('kube-scheduler'), reason: 'unreadable' },
  ]
}

/** Kinds of damage to shared files, while the other control plane has them intact; and files of another machine. */
export async function damageSecond(controlPlane: Machine, first: Machine): Promise<Damage[]> {
  for (const half of ['crt', 'key']) {
    const path = `${pki}/apiserver.${half}`
    await controlPlane.writeFile(path, await first.readFile(path))
  }
  await controlPlane.writeFile(`${pki}/front-proxy-ca.key`, foreign.key)
  await controlPlane.writeFile(`${pki}/etcd/peer.crt`, foreign.certificate)
  await controlPlane.writeFile(`${pki}/etcd/peer.key`, foreign.key)
  const other = Buffer.from(foreign.certificate).toString('base64')
  await shell(
    controlPlane,
    `
cd ${pki}
truncate -s 400 ca.crt
truncate -s 0 etcd/ca.crt
truncate -s 900 sa.key
sed -i 's#certificate-authority-data: .*#certificate-authority-data: ${other}#' ${conf('kubelet')}
truncate -s 700 ${manifest('kube-controller-manager')}`,
  )
  return [
    { path: `${pki}/apiserver.crt`, reason: 'made out to another machine' },
    { path: `${pki}/front-proxy-ca.key`, reason: "not the cluster's" },
    { path: `${pki}/etcd/peer.crt`, reason: 'signed by another CA' },
    { path: `${pki}/ca.crt`, reason: 'unreadable' },
    { path: `${pki}/etcd/ca.crt`, reason: 'empty' },
    { path: `${pki}/sa.key`, reason: 'sa.key is missing or cannot be read' },
    { path: conf('kubelet'), reason: 'trusts another CA' },
  ]
}

/** A kubelet's own files. Its process keeps what it has read. */
export async function damageWorker(worker: Machine): Promise<void> {
  const other = Buffer.from(foreign.certificate).toString('base64')
  await shell(
    worker,
    `
sed -i 's#certificate-authority-data: .*#certificate-authority-data: ${other}#' ${conf('kubelet')}
truncate -s 200 "$(readlink -f /var/lib/kubelet/pki/kubelet-client-current.pem)"`,
  )
}
