import { etcdOnDisk } from '../../../lib/testing/etcd-bytes.ts'
import { describe, expect, test } from 'vitest'
import { StepError } from '../../../lib/engine/errors.ts'
import { runSteps, type Step } from '../../../lib/engine/step.ts'
import { stepsOf } from '../../../lib/recovery.ts'
import { facts, fakeContext, fakeNode, type Answer } from '../../../lib/testing/fake-node.ts'
import { v1beta4 } from '../../../lib/testing/kubeadm-config.ts'
import { surveyed } from '../../../lib/testing/surveyed.ts'
import { articleRecovery, patientArticleRecovery } from './article-recovery.ts'
import { isSettled } from './delete-pods.ts'

const token = 'abcdef.0123456789abcdef'
const join = `lb.example:6443 --token ${token} --discovery-token-ca-cert-hash sha256:00\n`
const preflight = facts({ addresses: '[{"addr_info":[{"local":"10.0.0.2"}]}]', route: '[{"prefsrc":"10.0.0.2"}]' })
const refusal =
  'error: error execution phase kubelet-start: a Node with name "w1" and status "Ready" already exists in the cluster'

const ids = (steps: readonly Pick<Step, 'id'>[]) => steps.map(({ id }) => id)
const only = (steps: readonly Step[], id: string) => steps.filter((step) => step.id === id)

function machines(answers: Readonly<Record<string, Readonly<Record<string, Answer>>>>) {
  const node = (name: string) =>
    fakeNode(
      name,
      name.startsWith('w') ? 'worker' : 'control-plane',
      {
        'read node facts': preflight,
        ...etcdOnDisk,
        'record the known CAs': '',
        'find missing operator files': '',
        ...answers[name],
      },
      { printsSecrets: true },
    )
  const nodes = ['m1', 'm2', 'w1', 'w2'].map(node)
  return { context: fakeContext(nodes, v1beta4.replaceAll('10.0.0.1', '10.0.0.2')), nodes }
}

describe('the plan', () => {
  test('etcd comes first, and the controller manager is stopped only when there is a join token', () => {
    const steps = ids(stepsOf(articleRecovery))
    const order = [
      'article-etcd',
      'article-first-control-plane',
      'article-join-token',
      'article-stop-controller-manager',
    ]
    expect([...order, 'article-join-workers'].map((id) => steps.indexOf(id))).toEqual(
      [...order, 'article-join-workers'].map((id) => steps.indexOf(id)).sort((a, b) => a - b),
    )
    expect(steps).not.toContain('article-await-not-ready')
  })

  test('the patient one has one step more, before the controller manager is stopped', () => {
    const written = ids(stepsOf(articleRecovery))
    const patient = ids(stepsOf(patientArticleRecovery))
    expect(patient.filter((id) => id !== 'article-await-not-ready')).toEqual(written)
    expect(patient.indexOf('article-await-not-ready') + 1).toBe(patient.indexOf('article-stop-controller-manager'))
  })
})

describe('joining the workers', () => {
  const joining = async (answer: Answer) => {
    const made = machines({
      m1: { 'read the join command': join },
      w1: { 'kubeadm join phase kubelet-start': answer },
      w2: { 'kubeadm join phase kubelet-start': '' },
    })
    const steps = only(articleRecovery.steps, 'article-join-workers')
    const cluster = await surveyed(made.context)
    return { ...made, ran: runSteps(steps, cluster, made.context) }
  }

  test('the error is what kubeadm said, and no other worker is touched', async () => {
    const { ran, nodes, context } = await joining(new Error(refusal))
    await expect(ran).rejects.toThrow(StepError)
    await expect(ran).rejects.toThrow(/on w1: error execution phase kubelet-start: a Node with name "w1" and status/)
    expect(nodes[3]?.commands.map(({ title }) => title)).not.toContain('kubeadm join phase kubelet-start')
    expect(context.events.at(-1)).toMatchObject({ type: 'step.failed', step: 'article-join-workers' })
  })

  test('the token is in no command: it is read as a secret and given by standard input', async () => {
    const { ran, nodes } = await joining('')
    await ran
    const commands = nodes.flatMap((node) => node.commands)
    expect(commands.map(({ script }) => script).join('\n')).not.toContain(token)
    expect(commands.find(({ title }) => title === 'read the join command')?.options.public).toBeUndefined()
    expect(commands.filter(({ options }) => options.input === join)).toHaveLength(2)
  })
})

test('the CA of etcd goes to the other control planes, and into no record', async () => {
  const { context, nodes } = machines({
    m1: { "make etcd's CA": '', 'read etcd/ca.key*': 'YXJjaGl2ZQ==' },
    m2: { 'write etcd/ca.key*': '' },
  })
  await runSteps(only(articleRecovery.steps, 'article-etcd-ca'), await surveyed(context), context)
  const moved = nodes.flatMap((node) => node.commands).filter(({ title }) => title.includes('etcd/ca.key'))
  expect(moved.map(({ options }) => options.public)).toEqual([undefined, undefined])
  expect(moved[1]?.options.input).toBe('YXJjaGl2ZQ==')
})

test.each([
  [true, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }],
  [false, { status: { conditions: [{ type: 'Ready', status: 'False' }] } }],
  [false, { status: {} }],
  [true, { status: { phase: 'Succeeded' } }],
  [false, { metadata: { deletionTimestamp: 'now' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }],
])('settled: %j %j', (settled, pod) => expect(isSettled(pod)).toBe(settled))
