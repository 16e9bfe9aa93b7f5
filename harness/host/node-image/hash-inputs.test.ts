import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashInputs } from './hash-inputs.ts'

let base = ''

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'drill-hash-'))
  await mkdir(join(base, 'source/deep'), { recursive: true })
  await writeFile(join(base, 'source/main.go'), 'package main\n')
  await writeFile(join(base, 'source/deep/data'), 'x')
})
afterEach(async () => rm(base, { recursive: true }))

const hash = (data: unknown = 1, paths: readonly string[] = ['source']) => hashInputs({ data, paths }, base)

test('is the same for the same contents, whenever they were written and wherever they lie', async () => {
  const before = await hash()
  await utimes(join(base, 'source/main.go'), 1, 1)
  expect(await hash()).toBe(before)
  expect(before).toMatch(/^[0-9a-f]{12}$/)
  expect(await hash(1, ['source/main.go', 'source'])).toBe(before)
})

test('changes with a file deep inside, with a name, and with the data', async () => {
  const before = await hash()
  expect(await hash(2)).not.toBe(before)
  await writeFile(join(base, 'source/deep/data'), 'y')
  const changed = await hash()
  expect(changed).not.toBe(before)
  await writeFile(join(base, 'source/deep/data'), 'x')
  await writeFile(join(base, 'source/deep/more'), '')
  expect(await hash()).not.toBe(before)
})

test('does not change with tests, which are in no image', async () => {
  const before = await hash()
  await writeFile(join(base, 'source/main_test.go'), 'package main\n')
  await writeFile(join(base, 'source/deep/stage.test.ts'), '')
  expect(await hash()).toBe(before)
})

test('a path that is not there is an error, not an empty input', async () => {
  await expect(hash(1, ['gone'])).rejects.toThrow(/gone/)
})
