import { beforeAll, describe, expect, test } from 'vitest'
import { libraryRecovery, waitFor } from '../../lib/index.ts'
import { clientsSince, expectNoEviction, expectOneSetOfCas, expectOthersRunOn, expectRepaired } from './after-repair.ts'
import {
  allLeaves,
  certificates,
  clusterCa,
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
import { shell, type Named } from './inspect/shell.ts'
import { certificatesIn } from '../observe/fingerprints.ts'
import type { E2eCluster } from './e2e-cluster.ts'
import { immutableSecret } from './immutable-secret.ts'
import { steppedRunAfterLoss, withoutLateClients, type SteppedRun } from './stepped-run.ts'
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

const isUnrestricted = (commandLine: string): boolean => commandLine.includes('--controllers=*')

/** The holder identity of the leases that a repair holds. */
const heldByRepair = 'drill-recovery_until-every-node-is-back'

const leaderBy = (controlPlane: Named, lease: string): Promise<string> =>
  kubectl(controlPlane, [
    'get',
    'lease',
    lease,
    '--namespace',
    'kube-system',
    '--output',
    'jsonpath={.spec.holderIdentity}',
  ])

describe('stepped run of the default repair', () => {
  let e2e: E2eCluster
  let before: Before
  let run: SteppedRun

  beforeAll(async () => {
    ;({ e2e, before, run } = await steppedRunAfterLoss(withoutLateClients(libraryRecovery())))
  })

  test('control-plane sandboxes are removed, and no other', async () => {
    await run.through('remove-control-plane-sandboxes')
    for (const controlPlane of e2e.controlPlanes) expect(await controlPlaneSandboxes(controlPlane)).toEqual([])
    await expectOthersRunOn(e2e, before)
  })

  test('etcd starts first, with its new CA: the same cluster, members and objects', async () => {
    await run.through('check-etcd')
    for (const controlPlane of e2e.controlPlanes) {
      expect(await certificates(controlPlane, etcdLeaves)).toEqual(whole(etcdLeaves))
      expect(await etcdView(controlPlane)).toEqual(before.etcd)
      expect(await controlPlaneRunning(controlPlane)).toEqual(['etcd'])
    }
    expect(before.etcd.members).toHaveLength(2)
    expect(before.etcd.pods.length).toBeGreaterThan(4)
  })

  test('all certificates and kubeconfigs come from one new set of CAs', async () => {
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

  test('the restricted controller manager publishes the new CA and signs the token of the Secret', async () => {
    await kubectl(e2e.first, ['create', '--filename', '-'], JSON.stringify(immutableSecret))
    await run.through('reissue-secret-tokens')
    const running = (await Promise.all(e2e.controlPlanes.map(controllerManagers))).flat()
    const [restricted, ...waiting] = running.toSorted(
      (one, other) => Number(isUnrestricted(one)) - Number(isUnrestricted(other)),
    )
    expect(
      /--controllers=(\S+)/
        .exec(restricted ?? '')?.[1]
        ?.split(',')
        .sort(),
    ).toEqual(allowed)
    // Unrestricted ones already wait for the lease, which the repair holds.
    expect(waiting.map(isUnrestricted)).toEqual([true, true])
    for (const component of ['kube-controller-manager', 'kube-scheduler'])
      expect(await leaderBy(e2e.first, component)).toBe(heldByRepair)
    await expectNoEviction(e2e, before)
    const ca = await clusterCa(e2e.first)
    const published = await kubectl(e2e.first, [
      ...['get', 'configmaps', '--all-namespaces', '--field-selector', 'metadata.name=kube-root-ca.crt'],
      ...['--output', 'jsonpath={range .items[*]}{.data.ca\\.crt}{end}'],
    ])
    const pems = certificatesIn(published)
    expect(pems.length).toBeGreaterThan(4)
    expect([...new Set(pems)]).toEqual([ca.trim()])
    expect(await ownerOfSecretToken(e2e.first, 'drill-workload', 'legacy-token')).toBe(
      'system:serviceaccount:drill-workload:legacy',
    )
  })

  test('every kubelet is back with a new identity, and no container was restarted for it', async () => {
    await run.through('await-kubelets')
    const columns = each(
      '{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].lastHeartbeatTime}',
    )
    const nodes = (await kubectlLines(e2e.first, 'get', 'nodes', '--output', columns)).map((line) => line.split(' '))
    expect(nodes.map(([name, ready]) => [name, ready])).toEqual(e2e.machines.map(({ name }) => [name, 'True']))
    for (const [, , heartbeat = ''] of nodes) expect(heartbeat > before.destroyedAt).toBe(true)
    const requesters = await kubectlLines(
      e2e.first,
      'get',
      'csr',
      '--output',
      each('{.metadata.creationTimestamp} {.spec.username}'),
    )
    const since = requesters.filter((line) => line >= before.destroyedAt)
    expect(since.filter((line) => line.includes('system:bootstrap:'))).toEqual([])
    await expectOthersRunOn(e2e, before)
  })

  test('no unrestricted controller manager leads while a kubelet sends no heartbeat', async () => {
    await run.before('start-controller-manager')
    await shell(e2e.worker, 'systemctl stop kubelet')
    try {
      const refused = await run.only('start-controller-manager').catch((error: unknown) => error)
      expect(refused).toMatchObject({ name: 'StepError', cause: { name: 'PreconditionError' } })
      expect(String(refused)).toContain(e2e.worker.name)
      expect(await leaderBy(e2e.first, 'kube-controller-manager')).toBe(heldByRepair)
    } finally {
      await shell(e2e.worker, 'systemctl start kubelet')
    }
    await run.only('await-kubelets')
  })

  test('one controller manager leads, the other waits for the lease, and the restricted one is gone', async () => {
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
      expect((await controllerManagers(controlPlane)).map(isUnrestricted)).toEqual([true])
  })

  test('every mounted token is signed by the new key', async () => {
    await run.through('check-tokens')
    const keyId = await keyIdOf(e2e.first)
    expect(keyId).not.toBe(before.keyId)
    for (const machine of e2e.machines) expect(await mountedKeyIds(machine)).toEqual([keyId])
  })

  test('only rejected API clients are restarted, in place', async () => {
    await run.through('check-api-clients')
    const { restarted, changed, inPlace } = await clientsSince(e2e, before, run)
    expect(changed).toEqual(restarted)
    expect(inPlace).toEqual(restarted)
    expect(restarted).toContainEqual(expect.stringMatching(/^drill-workload\/api-client-once-/))
    expect(restarted.filter((pod) => /\/(echo|canary|etcd-of-mine|api-client-(?!once))/.test(pod))).toEqual([])
  })

  test('cluster-info holds the new CA and is signed, so that machines can join', async () => {
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

  test('extension API servers trust no lost CA, and are reachable', async () => {
    await run.through('prune-stale-cas')
    const trusted = await trustedByExtensions(e2e.first)
    expect(before.trusted).toHaveLength(2)
    expect(trusted).toHaveLength(2)
    expect(trusted.filter((pem) => before.trusted.includes(pem))).toEqual([])
    expect(await kubectl(e2e.first, ['get', '--raw', '/apis/drill.example/v1'])).toContain('APIResourceList')
  })

  test('a token that nobody can reissue is named', async () => {
    const { namespace, name } = immutableSecret.metadata
    await run.through('find-lost-trust')
    const left = run.events.flatMap((event) => (event.type === 'object.left' ? [event.object] : []))
    expect(left).toEqual([`Secret ${namespace}/${name}`])
    await kubectl(e2e.first, ['delete', 'secret', '--namespace', namespace, name])
  })

  test('the cluster is recovered', async () => {
    await run.finish()
    await expectRepaired(e2e, before)
    const ca = await clusterCa(e2e.first)
    expect(await kubeletCertificate(e2e.worker, 'server', ca)).toBe('signed')
    expect(await sums(e2e.first, ['ca.crt'])).not.toEqual({ 'ca.crt': before.sharedCerts['ca.crt'] })
  })
})
