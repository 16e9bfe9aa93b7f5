import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions, finishRecovery, libraryRecovery, runRecovery, type Recovery } from '../../lib/index.ts'
import { clusterReady } from '../cluster/cluster-ready.ts'
import type { Machine } from '../model/cluster.ts'
import { e2eCluster, type E2eCluster } from './e2e-cluster.ts'
import { keyIdOf, mountedKeyIds, sums } from './inspect/certificates.ts'
import { kubectl } from './inspect/kube.ts'
import { on, shell } from './inspect/shell.ts'
import { steppedRunOf, withoutLateClients, type SteppedRun } from './stepped-run.ts'

const files = ['sa.key', 'sa.pub']

/** The ids of the keys by which a control plane's API server verifies tokens. */
async function loadedKeyIds(controlPlane: Machine): Promise<string[]> {
  const set = JSON.parse(await kubectl(controlPlane, ['get', '--raw', '/openid/v1/jwks'])) as {
    keys: { kid: string }[]
  }
  return set.keys.map(({ kid }) => kid)
}

/** What a control plane's API server answers to a token: an HTTP status. */
const statusFor = (controlPlane: Machine, token: string) =>
  on(controlPlane, token)`
server=$(ip -4 -o addr show eth0 | awk '{ sub("/.*", "", $4); print $4 }')
curl --silent --cacert /etc/kubernetes/pki/ca.crt --output /dev/null --write-out '%{http_code}' \
  --header "Authorization: Bearer $(cat)" "https://$server:6443/api/v1/namespaces/default"`

/** A token of the key that signs now. */
const newToken = (controlPlane: Machine) => kubectl(controlPlane, ['create', 'token', 'default', '--duration', '1h'])

describe('a lost service-account key', () => {
  let e2e: E2eCluster
  let run: SteppedRun
  let [oldKey, oldToken] = ['', '']

  const repair = (recovery: Recovery) => {
    const { controlPlanes, workers } = e2e.context.cluster
    return runRecovery(recovery, {
      inventory: { controlPlanes, workers },
      signal: e2e.context.signal,
      emit: () => undefined,
    })
  }
  const everywhere = <T>(ask: (controlPlane: Machine) => Promise<T>) => Promise.all(e2e.controlPlanes.map(ask))

  beforeAll(async () => {
    e2e = await e2eCluster()
    if ((await shell(e2e.first, 'ls /etc/kubernetes/pki/ca.crt 2> /dev/null || true')) === '')
      await (await steppedRunOf(e2e, withoutLateClients(libraryRecovery()))).finish()
    oldKey = await keyIdOf(e2e.first)
    oldToken = await newToken(e2e.first)
    for (const controlPlane of e2e.controlPlanes)
      await shell(controlPlane, 'rm /etc/kubernetes/pki/sa.key /etc/kubernetes/pki/sa.pub')
    run = await steppedRunOf(e2e, withoutLateClients(libraryRecovery({ ...defaultOptions, tokens: 'lazy' })))
    await run.through('restart-controller-managers')
  })

  test('verifies on: every API server has loaded the new one and it', async () => {
    const keys = await everywhere(loadedKeyIds)
    expect(keys[0]).toEqual([await keyIdOf(e2e.first), oldKey])
    expect(keys[1]).toEqual(keys[0])
    expect(await everywhere((controlPlane) => statusFor(controlPlane, oldToken))).toEqual(['403', '403'])
  })

  test('is finished neither while the repair is under way nor while pods have its tokens', async () => {
    const before = await everywhere((controlPlane) => sums(controlPlane, files))
    const finish = () => repair(finishRecovery(defaultOptions))
    await expect(finish()).rejects.toMatchObject({ cause: { reason: 'repair-unfinished' } })
    await run.finish()
    await expect(finish()).rejects.toMatchObject({
      cause: { reason: 'old-tokens-in-use', message: expect.stringMatching(/kube-system\/|drill/) as string },
    })
    expect(await everywhere((controlPlane) => sums(controlPlane, files))).toEqual(before)
    expect((await loadedKeyIds(e2e.second)).includes(oldKey)).toBe(true)
  })

  test('has no token left after a repair that does not leave them to kubelets', async () => {
    await repair(withoutLateClients(libraryRecovery(defaultOptions)))
    for (const machine of e2e.machines) expect(await mountedKeyIds(machine)).not.toContain(oldKey)
  })

  test('is accepted no more when it is finished', async () => {
    await repair(withoutLateClients(finishRecovery(defaultOptions)))
    const keys = await everywhere(loadedKeyIds)
    expect(keys).toEqual([[await keyIdOf(e2e.first)], [await keyIdOf(e2e.first)]])
    expect(await everywhere((controlPlane) => statusFor(controlPlane, oldToken))).toEqual(['401', '401'])
    expect((await repair(finishRecovery(defaultOptions))).outcome).toBe('nothing-to-do')
  })

  test('is dropped at once where somebody else may have it, and the cluster works', async () => {
    const token = await newToken(e2e.first)
    const compromised = await keyIdOf(e2e.first)
    await repair(withoutLateClients(libraryRecovery({ ...defaultOptions, compromised: 'sa-key' })))
    expect(await keyIdOf(e2e.first)).not.toBe(compromised)
    expect((await everywhere(loadedKeyIds)).flat()).not.toContain(compromised)
    expect(await everywhere((controlPlane) => statusFor(controlPlane, token))).toEqual(['401', '401'])
    for (const machine of e2e.machines) expect(await mountedKeyIds(machine)).not.toContain(compromised)
    await clusterReady({
      api: () => e2e.context.api(),
      nodes: 3,
      onWaiting: () => undefined,
      signal: e2e.context.signal,
    })
  })
})
