import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { buildText, openSetupConsole } from './setup-console.ts'

function recording(isTTY: boolean) {
  const written: string[] = []
  const stream = {
    isTTY,
    columns: 60,
    write: (text: string) => written.push(stripVTControlCharacters(text)) > 0,
  }
  const clock = { ms: 0 }
  return { written, clock, progress: openSetupConsole({ stream, nowMs: () => clock.ms }) }
}

test('without a terminal: lines with the time since the start, and how long a part took', () => {
  const { written, clock, progress } = recording(false)
  clock.ms = 61_000
  progress.begin('build the node image')
  clock.ms = 64_500
  progress.note('etcd 3.6.16: building')
  clock.ms = 130_000
  progress.end('done')
  progress.close()
  expect(written).toEqual([
    ' 1:01  build the node image\n',
    ' 1:04    etcd 3.6.16: building\n',
    ' 2:10    done (69 s)\n',
  ])
})

test('without a terminal details stay quiet, but for a sign of life', () => {
  const { written, clock, progress } = recording(false)
  progress.begin('install kind')
  clock.ms = 29_000
  progress.detail('downloading a')
  expect(written).toHaveLength(1)
  clock.ms = 31_000
  progress.detail('downloading b')
  progress.detail('downloading c')
  progress.end('done')
  progress.close()
  expect(written.slice(1)).toEqual([' 0:31  … install kind, 0:31: downloading b\n', ' 0:31    done (31 s)\n'])
})

test('on a terminal the last line says what happens, and is gone at the end', () => {
  const { written, clock, progress } = recording(true)
  progress.begin('install kind')
  clock.ms = 2_000
  progress.detail('a detail that is much longer than the terminal is wide')
  progress.end('done')
  progress.close()
  expect(written.some((text) => text.startsWith('\r 0:02  … install kind, 0:02: a detail'))).toBe(true)
  expect(written.at(-1)).toBe(' 0:02    done (2.0 s)\n')
})

test('a build says how long it still takes, what it compiles and what it downloaded', () => {
  const packages = { compiled: 1204, of: 2577 }
  const [kubernetes, rootfs] = [
    { id: 'kubernetes', title: 'Kubernetes 1.36.4', packages },
    { id: 'rootfs', title: 'root file system' },
  ]
  const state = { stages: [kubernetes, rootfs], downloadedBytes: 412_000_000, elapsedMs: 60_000, expectedMs: 420_000 }
  expect(buildText(state)).toBe(
    'about 6 min left; Kubernetes 1.36.4: 1 204 of 2 577 packages compiled; root file system; 412 MB downloaded',
  )
  const linking = { ...kubernetes, packages: { compiled: 2577, of: 2577 } }
  expect(buildText({ ...state, stages: [linking], downloadedBytes: 0, expectedMs: 71_000 })).toBe(
    'about 20 s left; Kubernetes 1.36.4: linking',
  )
})
