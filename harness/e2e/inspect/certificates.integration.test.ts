import { afterAll, beforeAll, expect, test } from 'vitest'
import { $ } from 'zx'
import { auxiliaryLabel, removeAuxiliaryContainers } from '../../cluster/auxiliary-containers.ts'
import { chosenImages } from '../../host/setup/chosen-images.ts'
import { allLeaves, certificates, clusterCa, keyIdOf, kubeconfigs, namesOf, sums, whole } from './certificates.ts'
import { shell } from './shell.ts'

/** One machine with what kubeadm writes below /etc/kubernetes, and nothing that runs. */
const machine = { name: `drill-inspect-${process.pid}` }

beforeAll(async () => {
  const { node } = await chosenImages({})
  const label = `${auxiliaryLabel}=${machine.name}`
  const options = ['--detach', '--rm', '--name', machine.name, '--label', label, '--entrypoint', 'sleep']
  await $({ quiet: true })`docker run ${options} ${node} 300`
  const phases = ['certs all', 'kubeconfig admin', 'kubeconfig scheduler']
  const flags = '--apiserver-advertise-address 10.0.0.1'
  await shell(machine, phases.map((phase) => `kubeadm init phase ${phase} ${flags}`).join('\n'))
})
afterAll(() => removeAuxiliaryContainers(machine.name))

const owners = { admin: 'CN=kubernetes-admin,O=kubeadm:cluster-admins', scheduler: 'CN=system:kube-scheduler' }

test('what kubeadm has just made is whole', async () => {
  expect(await certificates(machine, allLeaves)).toEqual(whole(allLeaves))
  expect(await kubeconfigs(machine, Object.keys(owners))).toEqual(owners)
  expect((await namesOf(machine, 'apiserver.crt')).split(',')).toContain('IPAddress:10.0.0.1')
  expect(await keyIdOf(machine)).toMatch(/^[\w-]{43}$/)
  expect(await clusterCa(machine)).toMatch(/^-----BEGIN CERTIFICATE-----\n[^]+-----END CERTIFICATE-----\n$/)
  const found = await sums(machine, ['ca.crt', 'sa.pub', 'nowhere.crt'])
  expect(found).toMatchObject({ 'ca.crt': expect.stringMatching(/^[0-9a-f]{64}$/) as string, 'nowhere.crt': 'none' })
})

test('what is damaged is seen', async () => {
  const [before, keyId] = [await sums(machine, ['ca.crt', 'sa.pub']), await keyIdOf(machine)]
  await shell(
    machine,
    `cd /etc/kubernetes/pki
cp front-proxy-client.key apiserver.key
rm ca.crt ca.key sa.key sa.pub etcd/peer.crt
kubeadm init phase certs ca
kubeadm init phase certs sa`,
  )
  expect(await certificates(machine, allLeaves)).toEqual({
    ...whole(allLeaves),
    'apiserver.crt': 'not signed by ca.crt',
    'apiserver-kubelet-client.crt': 'not signed by ca.crt',
    'etcd/peer.crt': 'not signed by etcd/ca.crt',
  })
  expect(await kubeconfigs(machine, ['admin'])).toEqual({ admin: `${owners.admin} of another CA` })
  expect(await keyIdOf(machine)).not.toBe(keyId)
  expect(await sums(machine, ['ca.crt', 'sa.pub'])).not.toEqual(before)
  await shell(machine, 'cd /etc/kubernetes/pki; cp front-proxy-client.key apiserver-etcd-client.key')
  expect(await certificates(machine, ['apiserver-etcd-client.crt'])).toEqual({
    'apiserver-etcd-client.crt': 'not of its key',
  })
})
