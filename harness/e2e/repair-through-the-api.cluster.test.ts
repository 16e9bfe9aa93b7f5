import { beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../../lib/index.ts'
import { clientsSince, expectOneSetOfAuthorities, expectOthersRunOn, expectRepaired } from './after-repair.ts'
import { allLeaves, certificates, etcdLeaves, sums, whole } from './inspect/certificates.ts'
import { controlPlaneRunning, controlPlaneSandboxes, leaveSandbox } from './inspect/containers.ts'
import { etcdView } from './inspect/etcd.ts'
import { each, kubectlLines } from './inspect/kube.ts'
import type { PartsCluster } from './e2e-cluster.ts'
import { walkAfterLoss, type Walk } from './stepped-run.ts'
import { shell } from './inspect/shell.ts'
import { kubeletSettings, type Before } from './destroyed-cluster.ts'

describe('a repair with the CAs through the API, kubelets by bootstrap token, and pods made anew', () => {
  let parts: PartsCluster
  let before: Before
  let walk: Walk

  beforeAll(async () => {
    ;({ parts, before, walk } = await walkAfterLoss({
      distribution: 'upload-certs',
      kubelets: 'bootstrap',
      controllers: 'allow-list',
      clients: 'recreate',
    }))
  })

  test('sandboxes that the dead control plane left go, and nothing else', async () => {
    await walk.before('remove-control-plane-sandboxes')
    // Kubelet tidies up itself within a minute: one more is left where it cannot.
    for (const master of parts.masters) await leaveSandbox(master)
    for (const master of parts.masters) expect(await controlPlaneSandboxes(master)).not.toEqual([])
    await walk.through('remove-control-plane-sandboxes')
    for (const master of parts.masters) expect(await controlPlaneSandboxes(master)).toEqual([])
    await expectOthersRunOn(parts, before)
  })

  test('etcd runs everywhere while only the first master has the keys of the CAs', async () => {
    await walk.before('upload-authorities')
    expect(await sums(parts.second, ['ca.key', 'front-proxy-ca.key', 'sa.key'])).toEqual({
      'ca.key': 'none',
      'front-proxy-ca.key': 'none',
      'sa.key': 'none',
    })
    for (const master of parts.masters) {
      expect(await certificates(master, etcdLeaves)).toEqual(whole(etcdLeaves))
      expect(await etcdView(master)).toEqual(before.etcd)
    }
    expect(await controlPlaneRunning(parts.first)).toContain('kube-apiserver')
    expect(await controlPlaneRunning(parts.second)).toEqual(['etcd'])
  })

  test('the others get them through the API, and nothing uploaded stays', async () => {
    await walk.through('upload-authorities')
    await expectOneSetOfAuthorities(parts, before)
    const secrets = await kubectlLines(
      parts.first,
      ...['get', 'secrets', '--namespace', 'kube-system', '--output', each('{.metadata.name}')],
    )
    expect(secrets).not.toContain('kubeadm-certs')
    const left =
      'find /var/lib/drill-recovery -maxdepth 1 -name "discovery*" -o -name "join.*" -o -name "upload.*" -o -name "kubeconfig.*"'
    for (const master of parts.masters) expect(await shell(master, left)).toBe('')
  })

  test('the worker joins with a token while its Node says Ready; its settings and its containers stay', async () => {
    await walk.through('await-kubelets')
    for (const master of parts.masters) expect(await certificates(master, allLeaves)).toEqual(whole(allLeaves))
    const columns = each('{.metadata.creationTimestamp} {.spec.username} {.status.conditions[*].type}')
    const requests = (await kubectlLines(parts.first, 'get', 'csr', '--output', columns)).filter(
      (line) => line >= before.wipedAt,
    )
    expect(requests.filter((line) => line.includes(' system:bootstrap:'))).toEqual([
      expect.stringMatching(/ system:bootstrap:\w{6} Approved$/),
    ])
    expect(await kubeletSettings(parts.worker)).toBe(before.kubeletSettings)
    await expectOthersRunOn(parts, before)
  })

  test('clients that the API refused are made anew, and the others run on', async () => {
    await walk.finish()
    // A predecessor may take its grace period to end: DNS serves on for some seconds.
    const { restarted, inPlace } = await waitFor(
      'the predecessors have ended',
      async () => {
        const seen = await clientsSince(parts, before, walk)
        expect(seen.changed).toEqual(seen.restarted)
        return seen
      },
      { timeoutMs: 45_000 },
    )
    expect(inPlace).toEqual([])
    expect(restarted).toContainEqual(expect.stringMatching(/^drill-workload\/api-client-once-/))
    expect(restarted.filter((pod) => /\/(echo|canary|etcd-of-mine|api-client-(?!once))/.test(pod))).toEqual([])
  })

  test('the cluster is whole', () => expectRepaired(parts, before))
})
