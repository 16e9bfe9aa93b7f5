import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { NodeState } from '../model.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { endRequestsUntilEtcdRuns } from './end-requests.ts'

const title = "end kubelet's unanswered requests until etcd runs"

it("ends kubelet's connections to its API until etcd runs, and no others", async () => {
  const node = fakeNode('cp1', 'control-plane', { [title]: '' })
  await endRequestsUntilEtcdRuns({ node } as unknown as NodeState, new AbortController().signal)
  // It is bash: the machine's programs are stand-ins, of which etcd runs at the third look.
  const standIns = `
looks=$(mktemp)
sed() { echo 7443; }
sleep() { :; }
command() { echo look >> "$looks"; if [ "$(wc -l < "$looks")" -ge 3 ]; then echo etcd-container; fi; }
ss() {
  if [[ $* == *--kill* ]]; then echo "$*" >&2; return; fi
  if [[ $* != *"dport = :7443"* ]]; then return; fi
  echo '0 0 10.0.0.2:40001 10.0.0.2:7443 users:(("kubelet",pid=7,fd=12))'
  echo '0 0 10.0.0.2:40002 10.0.0.2:7443 users:(("kube-controller",pid=8,fd=3))'
  echo '0 0 [fd00::2]:40003 [fd00::2]:7443 users:(("kubelet",pid=7,fd=14))'
}`
  const script = (node.commands[0]?.script ?? '').replaceAll('> /dev/null 2>&1', '2>&1')
  const printed = execFileSync('bash', ['-c', `${standIns}\n${script}`], { encoding: 'utf8' })
  const ended = printed.split('\n').flatMap((line) => /sport = :\d+ and dport = :\d+/.exec(line) ?? [])
  const both = ['sport = :40001 and dport = :7443', 'sport = :40003 and dport = :7443']
  expect(ended).toEqual([...both, ...both])
})

it('leaves it to the next step where the machine cannot do it', async () => {
  const node = fakeNode('cp1', 'control-plane', { [title]: new Error('ss: command not found') })
  await endRequestsUntilEtcdRuns({ node } as unknown as NodeState, new AbortController().signal)
  expect(node.commands).toHaveLength(1)
})
