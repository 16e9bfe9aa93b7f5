import { expect, test } from 'vitest'
import type { DrillContext } from '../model/context.ts'
import { oldBackup, twoCas } from './other-ca.ts'

interface Plane {
  /** The fingerprint of its CA; undefined where it cannot say. */
  readonly print?: string
  readonly isPair?: boolean
}

/** Control planes with these CAs. */
function drill(planes: readonly Plane[]) {
  const ran: string[] = []
  const controlPlanes = planes.map(({ print, isPair = true }, index) => ({
    name: `m${index + 1}`,
    address: '127.0.0.1',
    exec: async (argv: readonly string[]) => {
      ran.push(`m${index + 1}: ${argv[2] ?? ''}`)
      if (print === undefined) throw new Error('no answer')
      return { argv, exitCode: 0, stdout: `sha256 Fingerprint=${print}\n${isPair ? 'pair\n' : ''}`, stderr: '' }
    },
  }))
  const context = {
    cluster: { controlPlanes },
    journal: { append: () => undefined },
    signal: new AbortController().signal,
  }
  return { ran, context: context as unknown as DrillContext }
}

/** The part of a proof that looks at the CA; API servers are another's. */
async function proofOf(planes: readonly Plane[]) {
  const { details } = await twoCas({ port: 1, timeoutMs: 20, intervalMs: 5 }).prove(drill(planes).context)
  return details.filter((line) => !line.includes('API server'))
}

test('only the last control plane gets another CA, or a whole directory', async () => {
  const [one, all] = [drill([{ print: 'A' }, { print: 'A' }]), drill([{ print: 'A' }, { print: 'A' }])]
  await twoCas().inject(one.context)
  await oldBackup().inject(all.context)
  expect(one.ran).toHaveLength(1)
  expect(one.ran[0]).toMatch(/^m2: [\s\S]*certs ca --cert-dir/)
  expect(all.ran[0]).toMatch(/^m2: [\s\S]*certs all --cert-dir/)
})

test.each<[string, readonly Plane[], readonly string[]]>([
  ['another CA with its key is seen', [{ print: 'A' }, { print: 'B' }], ['m2 has another ca.crt than m1, and its key']],
  ['the same CA contradicts', [{ print: 'A' }, { print: 'A' }], ['m2: ca.crt is the one of m1']],
  [
    'a key that does not fit contradicts',
    [{ print: 'A' }, { print: 'B', isPair: false }],
    ["m2: the key of ca.crt is another's"],
  ],
  ['a machine that says nothing is no proof', [{}, { print: 'B' }], ['m1: ca.crt cannot be read']],
])('%s', async (_, planes, details) => {
  expect(await proofOf(planes)).toEqual(details)
})

test('one control plane has no other to differ from', () => {
  expect(twoCas().supports({ controlPlanes: 1, workers: 1 })).toMatchObject({ ok: false })
  expect(oldBackup().supports({ controlPlanes: 2, workers: 1 })).toEqual({ ok: true })
})
