import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions } from '../../lib/index.ts'
import { clientsSince, expectNoEviction, expectOthersRunOn, expectRepaired } from './after-repair.ts'
import { cutOffPods } from './unroute-pods.ts'
import { controllerManagers } from './inspect/containers.ts'
import { each, kubectl, kubectlLines, ownerOfSecretToken } from './inspect/kube.ts'
import { shell } from './inspect/shell.ts'
import type { PartsCluster } from './e2e-cluster.ts'
import { walkAfterLoss, type Walk } from './stepped-run.ts'
import type { Before } from './destroyed-cluster.ts'

describe('a repair with the controller manager paused, of pods that could not reach the API', () => {
  let parts: PartsCluster
  let before: Before
  let walk: Walk
  const running = async () => (await Promise.all(parts.masters.map(controllerManagers))).flat()

  beforeAll(async () => {
    ;({ parts, before, walk } = await walkAfterLoss({ ...defaultOptions, controllers: 'paused' }, cutOffPods))
  })

  test('it runs for a moment, does what the repair needs of it, and is gone', async () => {
    await walk.before('run-controller-manager-briefly')
    expect(await running()).toEqual([])
    await walk.through('run-controller-manager-briefly')
    expect(await running()).toEqual([])
    for (const master of parts.masters)
      expect(await shell(master, 'ls /etc/kubernetes/manifests')).not.toContain('controller-manager')
    expect(await ownerOfSecretToken(parts.first, 'drill-workload', 'legacy-token')).toBe(
      'system:serviceaccount:drill-workload:legacy',
    )
    const keys = ['get', 'configmap', 'cluster-info', '--namespace', 'kube-public', '--output', 'jsonpath={.data}']
    expect(await kubectl(parts.first, keys)).toContain('jws-kubeconfig-')
    await expectNoEviction(parts, before)
  })

  test('kubelets come back without it, and no container was restarted', async () => {
    await walk.before('start-controller-manager')
    expect(await running()).toEqual([])
    const ready = each('{.status.conditions[?(@.type=="Ready")].status}')
    expect(await kubectlLines(parts.first, 'get', 'nodes', '--output', ready)).toEqual(['True', 'True', 'True'])
    await expectOthersRunOn(parts, before)
  })

  test('one comes back first, and the others when it leads', async () => {
    await walk.through('start-controller-manager')
    expect(await shell(parts.second, 'ls /etc/kubernetes/manifests')).not.toContain('controller-manager')
    await walk.through('start-other-controller-managers')
    expect(await shell(parts.second, 'ls /etc/kubernetes/manifests')).toContain('kube-controller-manager.yaml')
  })

  test('the cluster is whole', async () => {
    await walk.finish()
    await expectRepaired(parts, before)
    const { restarted, changed, inPlace } = await clientsSince(parts, before, walk)
    expect(changed).toEqual(restarted)
    expect(inPlace).toEqual(restarted)
    // Nobody could refuse these before kube-proxy was back; CoreDNS asks as late as a minute after that.
    expect(restarted).toContainEqual(expect.stringMatching(/^drill-workload\/api-client-once-/))
    expect(restarted.filter((pod) => pod.startsWith('kube-system/coredns-'))).toHaveLength(2)
  })
})
