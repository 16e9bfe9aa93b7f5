import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions, waitFor, type Node } from '../../lib/index.ts'
import { clientsSince, expectNoEviction, expectOneSetOfCas, expectOthersRunOn, expectRepaired } from './after-repair.ts'
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
import type { E2eCluster } from './e2e-cluster.ts'
import { steppedRunAfterLoss, type SteppedRun } from './stepped-run.ts'
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

const leaderBy = (controlPlane: Node, lease: string): Promise<string> =>
  kubectl(controlPlane, [
    'get',
    'lease',
    lease,
    '--namespace',
    'kube-system',
    '--output',
    'jsonpath={.spec.holderIdentity}',
  ])

describe('a repair in the default way, part by part', () => {
  let e2e: E2eCluster
  let before: Before
  let run: SteppedRun

  beforeAll(async () => {
    ;({ e2e, before, run } = await steppedRunAfterLoss(defaultOptions))
  })

  test('what is left of the control plane goes, and nothing else', async () => {
    await run.through('remove-control-plane-sandboxes')
    for (const controlPlane of e2e.controlPlanes) expect(await controlPlaneSandboxes(controlPlane)).toEqual([])
    await expectOthersRunOn(e2e, before)
  })

  test('etcd comes first: its new CA on all control planes, the old cluster with its members and objects', async () => {
    await run.through('check-etcd')
    for (const controlPlane of e2e.controlPlanes) {
      expect(await certificates(controlPlane, etcdLeaves)).toEqual(whole(etcdLeaves))
      expect(await etcdView(controlPlane)).toEqual(before.etcd)
      expect(await controlPlaneRunning(controlPlane)).toEqual(['etcd'])
    }
    expect(before.etcd.members).toHaveLength(2)
    expect(before.etcd.pods.length).toBeGreaterThan(4)
  })

  test('all certificates and kubeconfigs are of one new set of CAs', async () => {
    await run.through('issue-certificates')
    await expectOneSetOfCas(e2e, before)
    for (const controlPlane of e2e.controlPlanes) {
      expect(await certificates(controlPlane, allLeaves)).toEqual(whole(allLeaves))
      const owners = {
        admin: 'CN=kubernetes-admin,O=kubeadm:cluster-admins',
        'controller-manager': 'CN=system:kube-controller-manager',
        scheduler: 'CN=system:kube-scheduler',
        kubelet: `CN=system:node:${controlPlane.name},O=system:nodes`,
        // kubeadm gives one to the control plane that began the cluster only.
        ...(controlPlane === e2e.first ? { 'super-admin': 'CN=kubernetes-super-admin,O=system:masters' } : {}),
      }
      expect(await kubeconfigs(controlPlane, Object.keys(owners))).toEqual(owners)
      const names = (await namesOf(controlPlane, 'apiserver.crt')).split(',')
      for (const name of [
        `DNS:${controlPlane.name}`,
        `IPAddress:${controlPlane.address}`,
        'DNS:kubernetes.default.svc',
      ])
        expect(names).toContain(name)
    }
  })

  test('every API server is ready', async () => {
    await run.through('await-api-servers')
    for (const controlPlane of e2e.controlPlanes)
      expect(await kubectl(controlPlane, ['get', '--raw', '/readyz'])).toBe('ok')
  })

  test('the controller manager only signs and publishes: the new CA, the token in the Secret', async () => {
    await run.through('reissue-secret-tokens')
    const running = (await Promise.all(e2e.controlPlanes.map(controllerManagers))).flat()
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
      expect(await leaderBy(e2e.first, component)).toBe(keeper)
    await expectNoEviction(e2e, before)
    const ca = (await e2e.first.readFile('/etc/kubernetes/pki/ca.crt')).toString()
    const published = await kubectl(e2e.first, [
      ...['get', 'configmaps', '--all-namespaces', '--field-selector', 'metadata.name=kube-root-ca.crt'],
      ...['--output', 'jsonpath={range .items[*]}{.data.ca\\.crt}{end}'],
    ])
    const pems = published.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    expect(pems.length).toBeGreaterThan(4)
    expect([...new Set(pems)]).toEqual([ca.trim()])
    expect(await ownerOfSecretToken(e2e.first, 'drill-workload', 'legacy-token')).toBe(
      'system:serviceaccount:drill-workload:legacy',
    )
  })

  test('every kubelet is back with an identity signed centrally, and no container was restarted for it', async () => {
    await run.through('await-kubelets')
    const columns = each(
      '{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].lastHeartbeatTime}',
    )
    const nodes = (await kubectlLines(e2e.first, 'get', 'nodes', '--output', columns)).map((line) => line.split(' '))
    expect(nodes.map(([name, ready]) => [name, ready])).toEqual(e2e.machines.map(({ name }) => [name, 'True']))
    for (const [, , heartbeat = ''] of nodes) expect(heartbeat > before.wipedAt).toBe(true)
    const requesters = await kubectlLines(
      e2e.first,
      'get',
      'csr',
      '--output',
      each('{.metadata.creationTimestamp} {.spec.username}'),
    )
    const since = requesters.filter((line) => line >= before.wipedAt)
    expect(since.filter((line) => line.includes('system:bootstrap:'))).toEqual([])
    await expectOthersRunOn(e2e, before)
  })

  test('no full controller manager leads while a kubelet is silent', async () => {
    await run.before('start-controller-manager')
    await shell(e2e.worker, 'systemctl stop kubelet')
    try {
      const refused = await run.only('start-controller-manager').catch((error: unknown) => error)
      expect(refused).toMatchObject({ name: 'StepError', cause: { name: 'GateError' } })
      expect(String(refused)).toContain(e2e.worker.name)
      expect(await leaderBy(e2e.first, 'kube-controller-manager')).toBe(keeper)
    } finally {
      await shell(e2e.worker, 'systemctl start kubelet')
    }
    await run.only('await-kubelets')
  })

  test('one leads, the other stands by, and the one that only signs is gone', async () => {
    await run.through('start-other-controller-managers')
    for (const component of ['kube-controller-manager', 'kube-scheduler']) {
      const ofMachines = e2e.controlPlanes.map(({ name }) => `${name}_`)
      const leads = async () => {
        const holder = await leaderBy(e2e.first, component)
        return ofMachines.some((start) => holder.startsWith(start))
      }
      await waitFor(`a ${component} leads`, leads, { timeoutMs: 15_000 })
    }
    for (const controlPlane of e2e.controlPlanes)
      expect((await controllerManagers(controlPlane)).map(isWhole)).toEqual([true])
  })

  test('every mounted token is of the new key', async () => {
    await run.through('check-tokens')
    const keyId = await keyIdOf(e2e.first)
    expect(keyId).not.toBe(before.keyId)
    for (const machine of e2e.machines) expect(await mountedKeyIds(machine)).toEqual([keyId])
  })

  test('only clients that the API refused are restarted, in place', async () => {
    await run.through('check-api-clients')
    const { restarted, changed, inPlace } = await clientsSince(e2e, before, run)
    expect(changed).toEqual(restarted)
    expect(inPlace).toEqual(restarted)
    expect(restarted).toContainEqual(expect.stringMatching(/^drill-workload\/api-client-once-/))
    expect(restarted.filter((pod) => /\/(echo|canary|etcd-of-mine|api-client-(?!once))/.test(pod))).toEqual([])
  })

  test('machines can join: cluster-info holds the new CA and is signed', async () => {
    await run.through('renew-cluster-info')
    const args = ['get', 'configmap', 'cluster-info', '--namespace', 'kube-public', '--output', 'json']
    // The signature comes a moment after cluster-info, by the controller manager.
    const { data } = await waitFor(
      'cluster-info is signed',
      async () => {
        const found = JSON.parse(await kubectl(e2e.first, args)) as { data: Record<string, string> }
        return Object.keys(found.data).some((key) => key.startsWith('jws-kubeconfig-')) && found
      },
      { timeoutMs: 30_000 },
    )
    const ca = await shell(e2e.first, 'base64 -w0 /etc/kubernetes/pki/ca.crt')
    expect(data['kubeconfig']).toContain(`certificate-authority-data: ${ca}`)
  })

  test('extension API servers trust no lost CA, and are served', async () => {
    await run.through('prune-stale-cas')
    const trusted = await trustedByExtensions(e2e.first)
    expect(before.trusted).toHaveLength(2)
    expect(trusted).toHaveLength(2)
    expect(trusted.filter((pem) => before.trusted.includes(pem))).toEqual([])
    expect(await kubectl(e2e.first, ['get', '--raw', '/apis/drill.example/v1'])).toContain('APIResourceList')
  })

  test('the cluster is whole', async () => {
    await run.finish()
    await expectRepaired(e2e, before)
    const ca = (await e2e.first.readFile('/etc/kubernetes/pki/ca.crt')).toString()
    expect(await kubeletCertificate(e2e.worker, 'server', ca)).toBe('signed')
    expect(await sums(e2e.first, ['ca.crt'])).not.toEqual({ 'ca.crt': before.authorities['ca.crt'] })
  })
})
