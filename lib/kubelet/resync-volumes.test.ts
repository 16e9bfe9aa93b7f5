import { expect, it } from 'vitest'
import { resyncVolumes } from './resync-volumes.ts'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { podsWithOtherCa } from '../api/tokens.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'

const pod = (name: string, uid: string, phase: string) => ({
  metadata: { namespace: 'kube-system', name, uid },
  spec: { nodeName: 'm1' },
  status: { phase },
})
const pods = {
  items: [pod('proxy', 'uid-1', 'Running'), pod('net', 'uid-2', 'Running'), pod('job', 'uid-3', 'Succeeded')],
}

/** @param polls the uids with another CA, at each poll */
async function refresh(polls: readonly string[]) {
  let poll = 0
  const controlPlane = fakeNode('m1', 'control-plane', {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'find pods with another CA': () => facts({ pods: polls[Math.min(poll++, polls.length - 1)] ?? '' }),
    'get /api/v1/pods*': apiAnswer(pods),
    'resync the volumes of pods on m1': '',
  })
  const cluster = await surveyed(fakeContext([controlPlane], plain))
  const { signal } = new AbortController()
  const uids = await podsWithOtherCa(cluster.first, 'CA', signal)
  const done = await resyncVolumes(cluster, cluster.first, { ca: 'CA', uids }, signal)
  const asked = controlPlane.commands.find(({ title }) => title.startsWith('resync'))?.script ?? ''
  return { done, asked: asked.split('\n').filter((line) => line.startsWith('kube annotate')) }
}

it('the pods with another CA get an annotation, and lose it again', async () => {
  const { done, asked } = await refresh(['uid-1\nuid-2\n', 'uid-2\n', ''])
  expect(done).toBe(true)
  expect(asked).toEqual([
    expect.stringMatching(/--namespace kube-system proxy net --overwrite drill-recovery\/volumes-refreshed=/),
    expect.stringMatching(/--namespace kube-system proxy net drill-recovery\/volumes-refreshed-$/),
  ])
})

it('a pod that has ended is not waited for', async () => {
  expect(await refresh(['uid-3\n'])).toEqual({ done: true, asked: [] })
})

it('says so where kubelet does not do it', async () => {
  expect((await refresh(['uid-1\n'])).done).toBe(false)
}, 10_000)
