import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import { fakeNode, type Answer } from '../testing/fake-node.ts'
import { awaitKubeProxies } from './await-kube-proxies.ts'

const { signal } = new AbortController()

async function scriptFor(withinMs: number | 'ever', answer: Answer = ''): Promise<string> {
  const node = fakeNode('w1', 'worker', { 'wait until kube-proxy has written its rules': answer })
  await awaitKubeProxies({ machines: [{ node }] } as unknown as ClusterState, withinMs, signal)
  return node.commands[0]?.script ?? ''
}

/** How often the metrics are asked, and what is slept, where kube-proxy says these times one after another; the clock is at 1000 s. */
async function waiting(withinMs: number | 'ever', writtenAt: readonly string[], { runs = true } = {}) {
  const standIns = `
asked=$(mktemp)
date() { echo 1000000; }
pgrep() { ${runs ? 'true' : 'false'}; }
sleep() { echo "sleep $1"; SECONDS=$((SECONDS + 1)); }
curl() {
  times=(${writtenAt.join(' ')})
  echo asked | tee -a "$asked" >&3
  echo '# TYPE kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge'
  echo 'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv4"} 2e+09'
  echo 'kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"}' "\${times[$(($(wc -l < "$asked") - 1))]}"
  echo 'kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} 5.5'
}
exec 3>&1`
  const printed = execFileSync('bash', ['-c', `${standIns}\n${await scriptFor(withinMs)}`], { encoding: 'utf8' })
  return printed.trim().split('\n')
}

it('waits until kube-proxy has written its rules since the change', async () => {
  expect(await waiting(300, ['9.99e+02', '9.996e+02', '9.9971e+02'])).toEqual([
    ...['asked', 'sleep 0.2', 'asked', 'sleep 0.2', 'asked'],
  ])
})

it('one that has ever written its rules is ready', async () => {
  expect(await waiting('ever', ['9.5e+02'])).toEqual(['asked'])
})

it('waits for a time where there is no kube-proxy, but not for it to begin', async () => {
  expect(await waiting(300, [], { runs: false })).toEqual(['sleep 1.5'])
  expect(await waiting('ever', [], { runs: false })).toEqual([''])
})

it('gives up where kube-proxy does not follow', async () => {
  const asked = ['asked', 'sleep 0.2']
  const printed = await waiting(300, ['9.99e+02', '9.99e+02', '9.99e+02', '9.99e+02', '9.99e+02'])
  expect(printed).toEqual([...asked, ...asked, ...asked, 'asked', 'late'])
})

it.each([
  ['late', false],
  ['', true],
  [new Error('no such machine'), true],
])('resolves to whether all follow: %s', async (answer, expected) => {
  const node = fakeNode('w1', 'worker', { 'wait until kube-proxy has written its rules': answer })
  expect(await awaitKubeProxies({ machines: [{ node }] } as unknown as ClusterState, 300, signal)).toBe(expected)
})

it('goes on where a machine does not answer', async () => {
  expect(await scriptFor(300, new Error('no such machine'))).toContain('since=')
})
