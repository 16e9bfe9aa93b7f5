import { execFile } from 'node:child_process'
import { lutimes, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { volumeTimesIn, volumeTimesScript } from './volume-times.ts'

it('tells when the youngest volume of each pod was written', async () => {
  const root = await mkdtemp(join(tmpdir(), 'volume times '))
  onTestFinished(() => rm(root, { recursive: true }))
  const volumes = [
    ['one', 'kubernetes.io~projected/token', 1000.25],
    ['one', 'kubernetes.io~secret/mine', 2000.5],
    ['two', 'kubernetes.io~configmap/ca', 3000],
    ['three', 'kubernetes.io~empty-dir/cache', 4000],
  ] as const
  for (const [pod, volume, at] of volumes) {
    const directory = join(root, 'pods', pod, 'volumes', volume)
    await mkdir(directory, { recursive: true })
    await symlink('..now', join(directory, '..data'))
    await lutimes(join(directory, '..data'), at, at)
  }
  const script = ['set -euo pipefail', volumeTimesScript(root).text].join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', script])
  expect(volumeTimesIn(stdout)).toEqual(
    new Map([
      ['one', 2_000_500],
      ['two', 3_000_000],
    ]),
  )
})

it('finds none where there is no pod', async () => {
  const script = ['set -euo pipefail', volumeTimesScript('/nowhere').text].join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', script])
  expect(volumeTimesIn(stdout)).toEqual(new Map())
})
