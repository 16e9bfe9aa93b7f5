import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { byName, on, shell } from './shell.ts'

/** A docker that runs on this machine what it is asked to run in a container. */
let directory: string
const path = process.env['PATH'] ?? ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'drill-inspect-'))
  writeFileSync(join(directory, 'docker'), '#!/bin/bash\n[ "$1 $4" = "exec m1" ] || exit 125\nexec "${@:5}"\n')
  chmodSync(join(directory, 'docker'), 0o755)
  process.env['PATH'] = `${directory}${delimiter}${path}`
})
afterAll(() => {
  process.env['PATH'] = path
  rmSync(directory, { recursive: true })
})

const m1 = { name: 'm1' }

test('values are quoted, an array as its words; backslashes stay as written', async () => {
  expect(await on(m1)`printf '%s\n' ${'a b$HOME'} ${['c', "d'e"]} 'f\.g'`).toBe("a b$HOME\nc\nd'e\nf\\.g")
  expect(await on(m1, 'in')`cat`).toBe('in')
  expect(await on(m1)`cat`).toBe('')
})

test('a command that fails anywhere in the script rejects, with what it said', async () => {
  await expect(shell(m1, 'echo why >&2; false | cat; echo on')).rejects.toThrow(/why/)
  await expect(shell({ name: 'other' }, 'true')).rejects.toThrow(/125/)
})

test('a command that ends before its input is written ends nothing else', async () => {
  const ended = await Promise.allSettled(Array.from({ length: 40 }, () => shell({ name: 'other' }, 'true')))
  expect(ended.every(({ status }) => status === 'rejected')).toBe(true)
})

test('lines by their first word', () => expect(byName('a b c\n\nd e')).toEqual({ a: 'b c', d: 'e' }))
