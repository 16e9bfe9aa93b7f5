import { describe, expect, test } from 'vitest'
import type { PodSnapshot } from '../../observe/pod-snapshot.ts'
import { goodRecord, goodRun, withEvidence } from '../../testing/run-fixture.ts'
import { nothingElseReplaced } from './check.ts'
import { identityIn, type Identities } from './collect.ts'

type Seen = Identities['machines'][number]

/** The settled evidence with one machine changed. */
const machine = (node: string, change: (seen: Seen) => Partial<Seen>) =>
  withEvidence('identities-settled', (good) => ({
    ...good,
    machines: good.machines.map((seen) => (seen.node === node ? { ...seen, ...change(seen) } : seen)),
  }))
const file = (node: string, path: string, sum: string | undefined) =>
  machine(node, ({ files }) => {
    const rest = Object.entries(files).filter(([name]) => name !== path)
    return { files: Object.fromEntries(sum === undefined ? rest : [...rest, [path, sum]]) }
  })
const old = goodRun.evidence['identities-baseline'] as Identities
const sameFiles = {
  ...goodRun,
  evidence: {
    ...goodRun.evidence,
    'identities-settled': old,
    'pods-settled': goodRun.evidence['pods-baseline'],
  },
}

describe('where all was lost', () => {
  test('all is new but what kubelet is configured with', () => {
    expect(nothingElseReplaced.judge(goodRun)).toMatchObject({
      verdict: 'pass',
      summary: '3 files on 3 machines are the same bytes; static pods are new; 0 of 3 kubelets are the same process',
    })
  })

  test.each([
    ['a key', '/etc/kubernetes/pki/ca.key', 'control-plane'],
    ['a certificate', '/etc/kubernetes/pki/apiserver.crt', 'control-plane'],
    ['a kubeconfig', '/etc/kubernetes/admin.conf', 'control-plane'],
    ['the CA on a worker', '/etc/kubernetes/pki/ca.crt', 'worker'],
    ["a kubelet's identity", '/var/lib/kubelet/pki/kubelet-client-current.pem', 'worker2'],
  ])('%s of before fails', (_, path, node) => {
    const { verdict, summary } = nothingElseReplaced.judge(file(node, path, `${path} old`))
    expect(verdict).toBe('fail')
    expect(summary).toContain(`${node}: ${path} is still the one from before the loss`)
  })

  test('a file that is missing fails', () => {
    expect(nothingElseReplaced.judge(file('control-plane', '/etc/kubernetes/admin.conf', undefined)).summary).toBe(
      'control-plane: /etc/kubernetes/admin.conf is missing',
    )
  })

  test("kubelet's configuration is never a repair's to change", () => {
    expect(nothingElseReplaced.judge(file('worker', '/var/lib/kubelet/config.yaml', 'changed')).summary).toBe(
      'worker: /var/lib/kubelet/config.yaml was replaced, though it was not lost',
    )
  })

  test('a static pod from before the loss fails', () => {
    const run = withEvidence('pods-settled', () => goodRun.evidence['pods-baseline'])
    expect(nothingElseReplaced.judge(run).details).toContain(
      'control-plane: etcd is still the process from before the loss',
    )
  })
})

describe("where only the workers' kubelets lost their identity", () => {
  const judged = (run: typeof goodRun) =>
    nothingElseReplaced.judge({ ...run, record: { ...goodRecord, replaces: ['worker-kubelets'] } })
  /** Everything as before, and the workers with a new identity and process. */
  const repaired = (change: (seen: Seen) => Partial<Seen> = () => ({})) => ({
    ...sameFiles,
    evidence: {
      ...sameFiles.evidence,
      'identities-settled': {
        ...old,
        machines: old.machines.map((seen) => {
          if (seen.role === 'control-plane') return { ...seen, ...change(seen) }
          const files = { ...seen.files, '/var/lib/kubelet/pki/kubelet-client-current.pem': 'new' }
          return { ...seen, files, kubelet: { pid: '2', started: '2' } }
        }),
      },
    },
  })

  test('passes when exactly that is new', () => {
    expect(judged(repaired())).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('4 containers of static pods are the same; 1 of 3 kubelets') as string,
    })
  })

  test.each<[string, (seen: Seen) => Partial<Seen>, string]>([
    [
      'a CA that was replaced',
      ({ files }) => ({ files: { ...files, '/etc/kubernetes/pki/ca.crt': 'new' } }),
      'control-plane: /etc/kubernetes/pki/ca.crt was replaced, though it was not lost',
    ],
    [
      'a file that was added',
      ({ files }) => ({ files: { ...files, '/etc/kubernetes/pki/extra.crt': 'new' } }),
      'control-plane: /etc/kubernetes/pki/extra.crt is new, though it was not lost',
    ],
    [
      'a file that is gone',
      ({ files }) => ({ files: Object.fromEntries(Object.entries(files).slice(1)) }),
      'control-plane: /var/lib/kubelet/config.yaml is gone, though it was not lost',
    ],
    [
      'a kubelet that was restarted',
      () => ({ kubelet: { pid: 'old', started: 'later' } }),
      'control-plane: kubelet was restarted, though nothing of it was lost',
    ],
    ['a kubelet that does not run', () => ({ kubelet: null }), 'control-plane: kubelet does not run'],
  ])('fails for %s', (_, change, said) => {
    expect(judged(repaired(change))).toMatchObject({ verdict: 'fail', summary: said })
  })

  test('fails for a static pod that was restarted, in place or as another container', () => {
    const before = goodRun.evidence['pods-baseline'] as PodSnapshot
    const etcd = (change: object) => ({
      ...before,
      runtime: before.runtime.map((node) => ({
        ...node,
        containers: (node.containers ?? []).map((one) => (one.name === 'etcd' ? { ...one, ...change } : one)),
      })),
    })
    for (const change of [{ id: 'another' }, { createdAt: '2026-11-24T02:02:00.000Z' }]) {
      const run = repaired()
      const finding = judged({ ...run, evidence: { ...run.evidence, 'pods-settled': etcd(change) } })
      expect(finding.summary).toBe('control-plane: etcd was restarted, though nothing of it was lost')
    }
    const run = repaired()
    const stopped = judged({ ...run, evidence: { ...run.evidence, 'pods-settled': etcd({ running: false }) } })
    expect(stopped.summary).toBe('control-plane: etcd does not run')
  })

  test('fails when the workers kept their old identity', () => {
    expect(judged(sameFiles).details).toContainEqual(
      expect.stringContaining('worker: /var/lib/kubelet/pki/kubelet-client-current.pem is still the one'),
    )
  })
})

test('where one control plane lost everything, the others must be the same', () => {
  const at = (replacesOn: number) => ({ ...goodRecord, replacesOn })
  expect(nothingElseReplaced.judge({ ...goodRun, record: at(2) }).details).toContain(
    'control-plane: /etc/kubernetes/admin.conf was replaced, though it was not lost',
  )
  expect(nothingElseReplaced.judge({ ...goodRun, record: at(1) }).details).toContain(
    'worker: /etc/kubernetes/pki/ca.crt was replaced, though it was not lost',
  )
})

test('where nothing was lost, everything must be the same', () => {
  const record = { ...goodRecord, replaces: [] }
  expect(nothingElseReplaced.judge({ ...sameFiles, record }).verdict).toBe('pass')
  expect(nothingElseReplaced.judge({ ...goodRun, record }).verdict).toBe('fail')
})

test('a machine that was not seen before, or whose runtime is silent, leaves it unknown', () => {
  const record = { ...goodRecord, topology: { controlPlanes: 1, workers: 3 } }
  expect(nothingElseReplaced.judge({ ...goodRun, record })).toMatchObject({
    verdict: 'unknown',
    summary: '3 of 4 machines seen before',
  })
  const silent = withEvidence('pods-settled', (good) => ({
    ...good,
    runtime: good.runtime.map((node) => (node.node === 'worker' ? { ...node, containers: null } : node)),
  }))
  expect(nothingElseReplaced.judge(silent).verdict).toBe('unknown')
})

test('sums and the process of kubelet are read from what the machine prints', () => {
  const sum = 'a'.repeat(64)
  expect(identityIn(`${sum}  /etc/kubernetes/pki/ca.crt\nMainPID=71\nExecMainStartTimestampMonotonic=5\n`)).toEqual({
    files: { '/etc/kubernetes/pki/ca.crt': sum },
    kubelet: { pid: '71', started: '5' },
  })
  expect(identityIn('MainPID=0\nExecMainStartTimestampMonotonic=5\n')).toEqual({ files: {}, kubelet: null })
})

describe('where one manifest alone was lost', () => {
  const before = goodRun.evidence['pods-baseline'] as PodSnapshot
  /** Everything as before, but for the containers of these components. */
  const renewed = (...names: readonly string[]) => {
    const runtime = before.runtime.map((node) => ({
      ...node,
      containers: (node.containers ?? []).map((one) => (names.includes(one.name) ? { ...one, id: 'another' } : one)),
    }))
    return { ...sameFiles, evidence: { ...sameFiles.evidence, 'pods-settled': { ...before, runtime } } }
  }
  const record = {
    ...goodRecord,
    replaces: ['api-server-pod' as const],
    mayRestart: ['controller-manager-processes' as const, 'scheduler-processes' as const],
  }
  const judged = (...names: readonly string[]) => nothingElseReplaced.judge({ ...renewed(...names), record })

  test('its pod is new; leaders may be, or not', () => {
    expect(judged('kube-apiserver').verdict).toBe('pass')
    const ended = judged('kube-apiserver', 'kube-scheduler')
    expect(ended.verdict).toBe('pass')
    expect(ended.details).toContain('control-plane: kube-scheduler ended by itself, and was started again')
  })

  // CI: a slow host took 20 s to restart etcd on one of three, and the scheduler there gave up its lease.
  test('leaders may be where anything was lost, and nowhere else', () => {
    const all = renewed('kube-scheduler')
    const on = (replacesOn: number) => ({ ...record, replaces: [], replacesOn })
    expect(nothingElseReplaced.judge({ ...all, record: on(1) }).verdict).toBe('pass')
    expect(nothingElseReplaced.judge({ ...all, record: on(2) }).summary).toBe(
      'control-plane: kube-scheduler was restarted, though nothing of it was lost',
    )
  })

  test('fails where its pod is not new, or another is', () => {
    expect(judged().summary).toBe('control-plane: kube-apiserver is still the process from before the loss')
    expect(judged('kube-apiserver', 'etcd').summary).toBe(
      'control-plane: etcd was restarted, though nothing of it was lost',
    )
  })
})
