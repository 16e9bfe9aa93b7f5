import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reasonsBefore, reasonsLater } from './precondition-reasons.ts'

const root = join(import.meta.dirname, '..')

/** The files that refuse with each reason. */
const places = new Map<string, string[]>()
for (const file of globSync('**/*.ts', { cwd: root, exclude: (path) => path.endsWith('.test.ts') })) {
  const source = readFileSync(join(root, file), 'utf8')
  if (!source.includes('new PreconditionError(')) continue
  for (const [, reason = ''] of source.matchAll(/\breason: '([a-z-]+)'/g))
    places.set(reason, [...new Set([...(places.get(reason) ?? []), file])])
}

/** Conditions that are checked again where the repair would do harm, or that two places can find first. */
const shared: Readonly<Record<string, readonly string[]>> = {
  'etcd-data-missing': ['etcd/etcd-data.ts', 'preflight/etcd-members.ts'],
  'etcd-clusters-differ': ['etcd/etcd-status.ts', 'preflight/etcd-members.ts'],
  'control-plane-missing': ['etcd/etcd-status.ts', 'preflight/etcd-members.ts'],
  'invalid-inventory': ['preflight/survey.ts', 'recovery.ts'],
}

it('every precondition has a reason of its own, and every reason a precondition', () => {
  const reasons = [...Object.keys(reasonsBefore), ...Object.keys(reasonsLater)]
  expect(new Set(reasons).size).toBe(reasons.length)
  expect([...places.keys()].toSorted()).toEqual(reasons.toSorted())
  for (const [reason, files] of places)
    if (files.length > 1) expect([reason, files.toSorted()]).toEqual([reason, shared[reason]])
})

it('each file of preflight refuses for reasons that no other file there has', () => {
  const inPreflight = [...places].map(([reason, files]) => [reason, files.filter((file) => /^preflight/.test(file))])
  expect(inPreflight.filter(([, files]) => (files?.length ?? 0) > 1)).toEqual([])
})
