import { expect, test } from 'vitest'
import { components } from '../observe/control-plane-files.ts'
import { recordingCluster } from '../testing/recording-cluster.ts'
import { manifestOf } from './manifests.ts'
import { sandboxesGone } from './proof-parts.ts'
import { expectedOf } from '../model/scenario.ts'

/** Two control planes; `left` is what they say when they are asked what is still there. */
const drill = (left = '') => recordingCluster(['m1', 'm2'], left)

test.each(components)('only the manifest of %s is lost, on every control plane', async (component) => {
  const { ran, context } = drill()
  await manifestOf(component).inject(context)
  expect(ran).toEqual(['m1', 'm2'].map((name) => `${name}: rm -rf /etc/kubernetes/manifests/${component}.yaml`))
})

test('no more than the lost pod must be new, and only leaders without an API may be', () => {
  const [etcd, apiServer, controllerManager, scheduler] = components.map((component) => manifestOf(component))
  const leaders = ['controller-manager-processes', 'scheduler-processes']
  const expected = [etcd, apiServer, controllerManager, scheduler].map((loss) =>
    expectedOf({ losses: loss === undefined ? [] : [loss] }),
  )
  expect(expected.map(({ replaces, mayRestart }) => [replaces, mayRestart])).toEqual([
    [['etcd-pod'], ['api-server-processes', ...leaders]],
    [['api-server-pod'], leaders],
    [['controller-manager-pod'], []],
    [['scheduler-pod'], []],
  ])
})

test('its sandbox that still runs contradicts the loss, and no other is looked at', async () => {
  const { ran, context } = drill('a1\n')
  const part = sandboxesGone('control-planes', { timeoutMs: 50, intervalMs: 5 }, 'etcd')
  expect(part.title).toBe('no etcd sandbox runs on every control plane')
  expect((await part.observe(context)).contradictions).toEqual([
    'm1: 1 etcd sandboxes still run',
    'm2: 1 etcd sandboxes still run',
  ])
  expect(ran[0]).toContain('--label component=etcd ')
})
