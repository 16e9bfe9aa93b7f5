import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultOptions } from '../../lib/index.ts'
import { UsageError } from '../model/errors.ts'
import { recoveryId, stepsOf } from './registry.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'drill-recovery-'))
  writeFileSync(join(directory, 'run.sh'), '#!/bin/sh\n')
  chmodSync(join(directory, 'run.sh'), 0o755)
  writeFileSync(join(directory, 'plain.txt'), '')
  mkdirSync(join(directory, 'folder'))
})
afterAll(() => rmSync(directory, { recursive: true }))

test.each(['library', 'article', 'article-patient'])('%s is known', async (name) => {
  expect(await recoveryId(name)).toBe(name)
})

test('an executable file is named by its whole path', async () => {
  expect(await recoveryId(join(directory, 'folder', '..', 'run.sh'))).toBe(join(directory, 'run.sh'))
})

test.each([
  ['a name that nobody knows', () => 'libary', 'give library, article, article-patient'],
  ['a path that leads nowhere', () => join(directory, 'missing.sh'), 'executable file'],
  ['a directory', () => join(directory, 'folder'), 'executable file'],
  ['a file that cannot be run', () => join(directory, 'plain.txt'), 'chmod +x'],
])('%s is refused', async (_, given, fix) => {
  const refused = recoveryId(given())
  await expect(refused).rejects.toThrow(UsageError)
  await expect(refused).rejects.toMatchObject({ fix: expect.stringContaining(fix) as string })
})

test.each(['library', 'article', 'article-patient', '/srv/repair.sh'])(
  'the steps of %s are known before there is a machine',
  (id) => {
    const ids = stepsOf({ recovery: { id, options: defaultOptions }, runDir: '/nowhere' }).map((step) => step.id)
    expect(ids.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
  },
)
