import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions, waitFor, type Node } from '../../lib/index.ts'
import {
  clientsSince,
  expectNoEviction,
  expectOneSetOfAuthorities,
  expectOthersRunOn,
  expectRepaired,
} from './after-repair.ts'
import {
  allLeaves,
  certificates,
  etcdLeaves,
  keyIdOf,
  kubeconfigs,
  kubeletCertificate,
  mountedKeyIds,
  namesOf,
  sums,
  whole,
} from './inspect/certificates.ts'
import { controllerManagers, controlPlaneRunning, controlPlaneSandboxes } from './inspect/containers.ts'
import { etcdView } from './inspect/etcd.ts'
import { each, kubectl, kubectlLines, ownerOfSecretToken } from './inspect/kube.ts'
import { shell } from './inspect/shell.ts'
import type { PartsCluster } from './e2e-cluster.ts'
import { walkAfterLoss, type Walk } from './stepped-run.ts'
import { trustedByExtensions, type Before } from './destroyed-cluster.ts'

const allowed = [
  'bootstrap-signer-controller',
  'certificatesigningrequest-approving-controller',
  'certificatesigningrequest-signing-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'token-cleaner-controller',
]

const isWhole = (commandLine: string): boolean => commandLine.includes('--controllers=*')

/** The name in the lease that a repair holds. */
const keeper = 'drill-recovery_until-every-node-is-back'

const leaderBy = (master: Node, lease: string): Promise<string> =>
  kubectl(master, ['get', 'lease', lease, '--namespace', 'kube-system', '--output', 'jsonpath={.spec.holderIdentity}'])

describe('a repair in the default way, part by part', () => {
  let parts: PartsCluster
  let before: Before
  let walk: Walk

  beforeAll(async () => {
    ;({ parts, before, walk } = await walkAfterLoss(defaultOptions))
  })

  test('what is left of the control plane goes, and nothing else', async () => {
    await walk.through('remove-control-plane-sandboxes')
    for (const master of parts.masters) expect(await controlPlaneSandboxes(master)).toEqual([])
    await expectOthersRunOn(parts, before)
  })

  test('etcd comes first: its new CA on all masters, the old cluster with its members and objects', async () => {
    await walk.through('check-etcd')
    for (const master of parts.masters) {
      expect(await certificates(master, etcdLeaves)).toEqual(whole(etcdLeaves))
      expect(await etcdView(master)).toEqual(before.etcd)
      expect(await controlPlaneRunning(master)).toEqual(['etcd'])
    }
    expect(before.etcd.members).toHaveLength(2)
    expect(before.etcd.pods.length).toBeGreaterThan(4)
  })

  test('all certificates and kubeconfigs are of one new set of CAs', async () => {
    await walk.through('issue-certificates')
    await expectOneSetOfAuthorities(parts, before)
    for (const master of parts.masters) {
      expect(await certificates(master, allLeaves)).toEqual(whole(allLeaves))
      const owners = {
        admin: 'CN=kubernetes-admin,O=kubeadm:cluster-admins',
        'controller-manager': 'CN=system:kube-controller-manager',
        scheduler: 'CN=system:kube-scheduler',
        kubelet: `CN=system:node:${master.name},O=system:nodes`,
        // kubeadm gives one to the master that began the cluster only.
        ...(master === parts.first ? { 'super-admin': 'CN=kubernetes-super-admin,O=system:masters' } : {}),
      }
      expect(await kubeconfigs(master, Object.keys(owners))).toEqual(owners)
      const names = (await namesOf(master, 'apiserver.crt')).split(',')
      for (const name of [`DNS:${master.name}`, `IPAddress:${master.address}`, 'DNS:kubernetes.default.svc'])
        expect(names).toContain(name)
    }
  })

  test('every API server is ready', async () => {
    await walk.through('await-api-servers')
    for (const master of parts.masters) expect(await kubectl(master, ['get', '--raw', '/readyz'])).toBe('ok')
  })

  test('the controller manager only signs and publishes: the new CA, the token in the Secret', async () => {
    await walk.through('reissue-secret-tokens')
    const running = (await Promise.all(parts.masters.map(controllerManagers))).flat()
    const [only, ...standbys] = running.toSorted((one, other) => Number(isWhole(one)) - Number(isWhole(other)))
    expect(
      /--controllers=(\S+)/
        .exec(only ?? '')?.[1]
        ?.split(',')
        .sort(),
    ).toEqual(allowed)
    // Whole ones stand by already, behind a lease that the repair holds.
    expect(standbys.map(isWhole)).toEqual([true, true])
    for (const component of ['kube-controller-manager', 'kube-scheduler'])
      expect(await leaderBy(parts.first, component)).toBe(keeper)
    await expectNoEviction(parts, before)
    const ca = (await parts.first.readFile('/etc/kubernetes/pki/ca.crt')).toString()
    const published = await kubectl(parts.first, [
      ...['get', 'configmaps', '--all-namespaces', '--field-selector', 'metadata.name=kube-root-ca.crt'],
      ...['--output', 'jsonpath={range .items[*]}{.data.ca\\.crt}{end}'],
    ])
    const pems = published.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    expect(pems.length).toBeGreaterThan(4)
    expect([...new Set(pems)]).toEqual([ca.trim()])
    expect(await ownerOfSecretToken(parts.first, 'drill-workload', 'legacy-token')).toBe(
      'system:serviceaccount:drill-workload:legacy',
    )
  })

  test('every kubelet is back with an identity signed centrally, and no container was restarted for it', async () => {
    await walk.through('await-kubelets')
    const columns = each(
      '{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].lastHeartbeatTime}',
    )
    const nodes = (await kubectlLines(parts.first, 'get', 'nodes', '--output', columns)).map((line) => line.split(' '))
    expect(nodes.map(([name, ready]) => [name, ready])).toEqual(parts.machines.map(({ name }) => [name, 'True']))
    for (const [, , heartbeat = ''] of nodes) expect(heartbeat > before.wipedAt).toBe(true)
    const requesters = await kubectlLines(
      parts.first,
      'get',
      'csr',
      '--output',
      each('{.metadata.creationTimestamp} {.spec.username}'),
    )
    const since = requesters.filter((line) => line >= before.wipedAt)
    expect(since.filter((line) => line.includes('system:bootstrap:'))).toEqual([])
    await expectOthersRunOn(parts, before)
  })

  test('no full controller manager leads while a kubelet is silent', async () => {
    await walk.before('start-controller-manager')
    await shell(parts.worker, 'systemctl stop kubelet')
    try {
      const refused = await walk.only('start-controller-manager').catch((error: unknown) => error)
      expect(refused).toMatchObject({ name: 'StepError', cause: { name: 'GateError' } })
      expect(String(refused)).toContain(parts.worker.name)
      expect(await leaderBy(parts.first, 'kube-controller-manager')).toBe(keeper)
    } finally {
      await shell(parts.worker, 'systemctl start kubelet')
    }
    await walk.only('await-kubelets')
  })

  test('one leads, the other stands by, and the one that only signs is gone', async () => {
    await walk.through('start-other-controller-managers')
    for (const component of ['kube-controller-manager', 'kube-scheduler']) {
      const ofMachines = parts.masters.map(({ name }) => `${name}_`)
      const leads = async () => {
        const holder = await leaderBy(parts.first, component)
        return ofMachines.some((start) => holder.startsWith(start))
      }
      await waitFor(`a ${component} leads`, leads, { timeoutMs: 15_000 })
    }
    for (const master of parts.masters) expect((await controllerManagers(master)).map(isWhole)).toEqual([true])
  })

  test('every mounted token is of the new key', async () => {
    await walk.through('check-tokens')
    const keyId = await keyIdOf(parts.first)
    expect(keyId).not.toBe(before.keyId)
    for (const machine of parts.machines) expect(await mountedKeyIds(machine)).toEqual([keyId])
  })

  test('only clients that the API refused are restarted, in place', async () => {
    await walk.through('check-api-clients')
    const { restarted, changed, inPlace } = await clientsSince(parts, before, walk)
    expect(changed).toEqual(restarted)
    expect(inPlace).toEqual(restarted)
    expect(restarted).toContainEqual(expect.stringMatching(/^drill-workload\/api-client-once-/))
    expect(restarted.filter((pod) => /\/(echo|canary|etcd-of-mine|api-client-(?!once))/.test(pod))).toEqual([])
  })

  test('machines can join: cluster-info holds the new CA and is signed', async () => {
    await walk.through('renew-cluster-info')
    const args = ['get', 'configmap', 'cluster-info', '--namespace', 'kube-public', '--output', 'json']
    // The signature comes a moment after cluster-info, by the controller manager.
    const { data } = await waitFor(
      'cluster-info is signed',
      async () => {
        const found = JSON.parse(await kubectl(parts.first, args)) as { data: Record<string, string> }
        return Object.keys(found.data).some((key) => key.startsWith('jws-kubeconfig-')) && found
      },
      { timeoutMs: 30_000 },
    )
    const ca = await shell(parts.first, 'base64 -w0 /etc/kubernetes/pki/ca.crt')
    expect(data['kubeconfig']).toContain(`certificate-authority-data: ${ca}`)
  })

  test('extension API servers trust no lost CA, and are served', async () => {
    await walk.through('forget-old-authorities')
    const trusted = await trustedByExtensions(parts.first)
    expect(before.trusted).toHaveLength(2)
    expect(trusted).toHaveLength(2)
    expect(trusted.filter((pem) => before.trusted.includes(pem))).toEqual([])
    expect(await kubectl(parts.first, ['get', '--raw', '/apis/drill.example/v1'])).toContain('APIResourceList')
  })

  test('the cluster is whole', async () => {
    await walk.finish()
    await expectRepaired(parts, before)
    const ca = (await parts.first.readFile('/etc/kubernetes/pki/ca.crt')).toString()
    expect(await kubeletCertificate(parts.worker, 'server', ca)).toBe('signed')
    expect(await sums(parts.first, ['ca.crt'])).not.toEqual({ 'ca.crt': before.authorities['ca.crt'] })
  })
})
