import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions, libraryRecovery, waitFor } from '../../../lib/index.ts'
import { clientsSince, expectOneSetOfCas, expectOthersRunOn, expectRepaired } from '../after-repair.ts'
import { allLeaves, certificates, etcdLeaves, sums, whole } from '../inspect/certificates.ts'
import { controlPlaneRunning, controlPlaneSandboxes, leaveSandbox } from '../inspect/containers.ts'
import { etcdView } from '../inspect/etcd.ts'
import { each, kubectlLines } from '../inspect/kube.ts'
import type { E2eCluster } from '../e2e-cluster.ts'
import { steppedRunAfterLoss, type SteppedRun } from '../stepped-run.ts'
import { shell } from '../inspect/shell.ts'
import { kubeletSettings, type Before } from '../destroyed-cluster.ts'

describe('stepped run with upload-certs, kubelets by bootstrap token, and recreated pods', () => {
  let e2e: E2eCluster
  let before: Before
  let run: SteppedRun

  beforeAll(async () => {
    ;({ e2e, before, run } = await steppedRunAfterLoss(
      libraryRecovery({
        ...defaultOptions,
        distribution: 'upload-certs',
        kubelets: 'bootstrap',
        clients: 'recreate',
      }),
    ))
  })

  test('sandboxes of the dead control plane are removed, and no other', async () => {
    await run.before('remove-control-plane-sandboxes')
    // Kubelet cleans up itself within a minute: one more is left where it cannot.
    for (const controlPlane of e2e.controlPlanes) await leaveSandbox(controlPlane)
    for (const controlPlane of e2e.controlPlanes) expect(await controlPlaneSandboxes(controlPlane)).not.toEqual([])
    await run.through('remove-control-plane-sandboxes')
    for (const controlPlane of e2e.controlPlanes) expect(await controlPlaneSandboxes(controlPlane)).toEqual([])
    await expectOthersRunOn(e2e, before)
  })

  test('etcd runs on every control plane while only the first has the keys of the CAs', async () => {
    await run.before('upload-certs')
    expect(await sums(e2e.second, ['ca.key', 'front-proxy-ca.key', 'sa.key'])).toEqual({
      'ca.key': 'none',
      'front-proxy-ca.key': 'none',
      'sa.key': 'none',
    })
    for (const controlPlane of e2e.controlPlanes) {
      expect(await certificates(controlPlane, etcdLeaves)).toEqual(whole(etcdLeaves))
      expect(await etcdView(controlPlane)).toEqual(before.etcd)
    }
    expect(await controlPlaneRunning(e2e.first)).toContain('kube-apiserver')
    expect(await controlPlaneRunning(e2e.second)).toEqual(['etcd'])
  })

  test('the others get them through the API, and the upload is removed', async () => {
    await run.through('upload-certs')
    await expectOneSetOfCas(e2e, before)
    const secrets = await kubectlLines(
      e2e.first,
      ...['get', 'secrets', '--namespace', 'kube-system', '--output', each('{.metadata.name}')],
    )
    expect(secrets).not.toContain('kubeadm-certs')
    const left =
      'find /var/lib/drill-recovery -maxdepth 1 -name "discovery*" -o -name "join.*" -o -name "upload.*" -o -name "kubeconfig.*"'
    for (const controlPlane of e2e.controlPlanes) expect(await shell(controlPlane, left)).toBe('')
  })

  test('the worker joins by bootstrap token while its Node is Ready; its settings and containers stay', async () => {
    await run.through('await-kubelets')
    for (const controlPlane of e2e.controlPlanes)
      expect(await certificates(controlPlane, allLeaves)).toEqual(whole(allLeaves))
    const columns = each('{.metadata.creationTimestamp} {.spec.username} {.status.conditions[*].type}')
    const requests = (await kubectlLines(e2e.first, 'get', 'csr', '--output', columns)).filter(
      (line) => line >= before.destroyedAt,
    )
    expect(requests.filter((line) => line.includes(' system:bootstrap:'))).toEqual([
      expect.stringMatching(/ system:bootstrap:\w{6} Approved$/),
    ])
    expect(await kubeletSettings(e2e.worker)).toBe(before.kubeletSettings)
    await expectOthersRunOn(e2e, before)
  })

  test('rejected API clients are recreated, and the others run on', async () => {
    await run.finish()
    // A predecessor may take its grace period to end: DNS serves on for some seconds.
    const { restarted, inPlace } = await waitFor(
      'the predecessors have ended',
      async () => {
        const seen = await clientsSince(e2e, before, run)
        expect(seen.changed).toEqual(seen.restarted)
        return seen
      },
      { timeoutMs: 45_000 },
    )
    expect(inPlace).toEqual([])
    expect(restarted).toContainEqual(expect.stringMatching(/^drill-workload\/api-client-once-/))
    expect(restarted.filter((pod) => /\/(echo|canary|etcd-of-mine|api-client-(?!once))/.test(pod))).toEqual([])
  })

  test('the cluster is recovered', () => expectRepaired(e2e, before))
})
