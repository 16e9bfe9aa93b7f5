import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { NodeState } from '../model.ts'
import { abandonedSandboxes, removeSandboxes, sandboxesIn } from './sandboxes.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'

const signal = new AbortController().signal
const pod = (id: string, component: string) => ({ id, labels: { component, tier: 'control-plane' } })
const pods = JSON.stringify({
  items: [
    pod('1', 'etcd'),
    pod('2', 'kube-apiserver'),
    pod('3', 'kube-controller-manager-restricted'),
    pod('4', 'my-balancer'),
  ],
})
const host = (answers: Record<string, string>) => {
  const node = fakeNode('m1', 'control-plane', answers)
  const facts = { manifestsDir: '/etc/kubernetes/manifests' } as NodeState['facts']
  return { host: { node, address: '10.0.0.1', facts, mirrorPodSpecs: new Map(), storedKeys: [] }, node }
}

it('knows the control plane’s own sandboxes only', () => {
  expect(sandboxesIn(pods).map(({ id }) => id)).toEqual(['1', '2', '3'])
  expect(sandboxesIn('{"items":[]}')).toEqual([])
  expect(sandboxesIn('{}')).toEqual([])
})

it('leaves a sandbox alone whose manifest is there, so that a second run does not stop what the first one started', async () => {
  const { host: m1 } = host({ 'list control plane sandboxes': `etcd \n${pods}` })
  expect((await abandonedSandboxes(m1, signal)).map(({ id }) => id)).toEqual(['2', '3'])
})

it('removes by sandbox, and only those named', async () => {
  const { host: m1, node } = host({ 'remove sandboxes of the control plane': '' })
  await removeSandboxes(m1, [{ id: 'abc', component: 'etcd' }], signal)
  expect(node.commands[0]?.script).toContain('crictl --timeout 60s rmp --force abc ||')
  expect(node.commands[0]?.script).not.toMatch(/crictl( --timeout \w+)? (rm|ps -a|rmp -a)\b/)
})

/** crictl on a machine where kubelet removes the first of two sandboxes at the same time. */
const crictl = (left: string) => `#!/bin/bash
while [ "$1" = --timeout ]; do shift 2; done
case $1 in
rmp) echo 'level=error msg="getting sandbox status of pod: not found"' >&2; exit 1 ;;
pods) echo ${left} ;;
esac
`
let bin: string
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'drill-crictl-'))
  vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(bin, { recursive: true })
})

it.each([
  ['goes on where kubelet removed one itself', 'other', undefined],
  ['fails with what crictl said where one is left', 'def', /getting sandbox status of pod: not found/],
])('%s', async (_, left, error) => {
  writeFileSync(join(bin, 'crictl'), crictl(left), { mode: 0o755 })
  const { host: m1 } = host({})
  const sandboxes = ['abc', 'def'].map((id) => ({ id, component: 'etcd' as const }))
  const removed = removeSandboxes({ ...m1, node: { ...m1.node, ...localNode } }, sandboxes, signal)
  await (error ? expect(removed).rejects.toThrow(error) : removed)
})
