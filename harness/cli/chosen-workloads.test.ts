import { expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { chosenWorkloads } from './chosen-workloads.ts'

test('web alone is no further workload: every drill runs it', async () => {
  expect(await chosenWorkloads([], 'image:1')).toBeUndefined()
  expect(await chosenWorkloads(['web'], 'image:1')).toBeUndefined()
})

test('the database comes with the image that setup builds for it', async () => {
  const chosen = await chosenWorkloads(['database', 'examples/neighbourhood', 'database'], 'image:1')
  expect(chosen?.names).toBe('database,examples/neighbourhood')
  expect(chosen?.images).toEqual({ database: expect.stringMatching(/^drill\.local\/database:[0-9a-f]{12}$/) as string })
  expect(chosen?.content.hold.length).toBeGreaterThan(7)
})

test('a directory that is none is refused by its name', async () => {
  await expect(chosenWorkloads(['databse'], 'image:1')).rejects.toThrow(UsageError)
})
