import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSecondSeries, seriesOf } from './second-samples.ts'
import { pathsToShare } from './second-prober.ts'

const begin = `begin {"format":1,"id":"pod","target":"http://10.244.1.3:8080/","intervalMs":20,"deadlineMs":250,"startMs":1000.5}\n`
const whole = `${begin}1 0.120 1.500 ok -\n0 0.100 250.000 failed response-timeout\n2 140.000 140.000 unmeasured not-sent\nend {"endMs":1060.5,"cpuMs":12.5,"holdUps":1,"heldUpMs":130}\n`

test('samples are read in the order of the grid, with their reasons', () => {
  const series = seriesOf(whole)
  expect(series).toMatchObject({ id: 'pod', startMs: 1000.5, endMs: 1060.5, ended: true, cpuMs: 12.5 })
  expect([...(series?.seq ?? [])]).toEqual([0, 1, 2])
  expect([...(series?.outcome ?? [])]).toEqual([1, 0, 2])
  expect([...(series?.error ?? [])].map((error) => series?.errors[error])).toEqual([
    'response-timeout',
    'none',
    'not-sent',
  ])
})

test('a prober that was killed has not ended, and what is cut off does not count', () => {
  expect(seriesOf(`${begin}0 0.1 1.5 ok -\n1 0.1 1.5 o`)).toMatchObject({ ended: false, endMs: 1020.5, cpuMs: null })
  expect(seriesOf(begin)).toMatchObject({ ended: false, endMs: 1000.5 })
})

test.each(['', 'begin {}\n', whole.replace('"format":1', '"format":2'), 'begin {"for'])(
  'what begins otherwise is no series: %j',
  (text) => expect(seriesOf(text)).toBeUndefined(),
)

test('a directory is read, and one that is not there has none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'drill-second-samples-'))
  try {
    await writeFile(join(directory, 'pod.txt'), whole)
    await writeFile(join(directory, 'plan.json'), '{}')
    expect(await readSecondSeries(directory)).toHaveLength(1)
    expect(await readSecondSeries(join(directory, 'none'))).toEqual([])
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('it shares the first two paths on which each sample has a connection of its own', () => {
  const path = (id: string, connection: 'new' | 'reused') => ({ id, connection, title: id, target: `http://${id}/` })
  const paths = [path('a', 'reused'), path('b', 'new'), path('c', 'new'), path('d', 'new')]
  expect(pathsToShare(paths)).toEqual([
    { id: 'b', target: 'http://b/' },
    { id: 'c', target: 'http://c/' },
  ])
})
