import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions, libraryRecovery } from '../../../lib/index.ts'
import { clientsSince, expectNoEviction, expectOthersRunOn, expectRepaired } from '../after-repair.ts'
import { unroutePods } from '../unroute-pods.ts'
import { controllerManagers } from '../inspect/containers.ts'
import { each, kubectl, kubectlLines, ownerOfSecretToken } from '../inspect/kube.ts'
import { shell } from '../inspect/shell.ts'
import type { E2eCluster } from '../e2e-cluster.ts'
import { steppedRunAfterLoss, type SteppedRun } from '../stepped-run.ts'
import type { Before } from '../destroyed-cluster.ts'

describe('stepped run with controllers paused, of pods without a route to the API', () => {
  let e2e: E2eCluster
  let before: Before
  let run: SteppedRun
  const running = async () => (await Promise.all(e2e.controlPlanes.map(controllerManagers))).flat()

  beforeAll(async () => {
    ;({ e2e, before, run } = await steppedRunAfterLoss(
      libraryRecovery({ ...defaultOptions, controllers: 'paused' }),
      unroutePods,
    ))
  })

  test('the temporary controller manager does what the repair needs and is gone', async () => {
    await run.before('run-temporary-controller-manager')
    expect(await running()).toEqual([])
    await run.through('run-temporary-controller-manager')
    expect(await running()).toEqual([])
    for (const controlPlane of e2e.controlPlanes)
      expect(await shell(controlPlane, 'ls /etc/kubernetes/manifests')).not.toContain('controller-manager')
    expect(await ownerOfSecretToken(e2e.first, 'drill-workload', 'legacy-token')).toBe(
      'system:serviceaccount:drill-workload:legacy',
    )
    const keys = ['get', 'configmap', 'cluster-info', '--namespace', 'kube-public', '--output', 'jsonpath={.data}']
    expect(await kubectl(e2e.first, keys)).toContain('jws-kubeconfig-')
    await expectNoEviction(e2e, before)
  })

  test('kubelets come back without a controller manager, and no container was restarted', async () => {
    await run.before('start-controller-manager')
    expect(await running()).toEqual([])
    const ready = each('{.status.conditions[?(@.type=="Ready")].status}')
    expect(await kubectlLines(e2e.first, 'get', 'nodes', '--output', ready)).toEqual(['True', 'True', 'True'])
    await expectOthersRunOn(e2e, before)
  })

  test('one controller manager starts first, and the others when it leads', async () => {
    await run.through('start-controller-manager')
    expect(await shell(e2e.second, 'ls /etc/kubernetes/manifests')).not.toContain('controller-manager')
    await run.through('start-other-controller-managers')
    expect(await shell(e2e.second, 'ls /etc/kubernetes/manifests')).toContain('kube-controller-manager.yaml')
  })

  test('the cluster is recovered', async () => {
    await run.finish()
    await expectRepaired(e2e, before)
    const { restarted, changed, inPlace } = await clientsSince(e2e, before, run)
    expect(changed).toEqual(restarted)
    expect(inPlace).toEqual(restarted)
    // These could not be rejected before kube-proxy was back; CoreDNS asks up to a minute after that.
    expect(restarted).toContainEqual(expect.stringMatching(/^drill-workload\/api-client-once-/))
    expect(restarted.filter((pod) => pod.startsWith('kube-system/coredns-'))).toHaveLength(2)
  })
})
