import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { leaksIn } from './check-secrets.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'drill-leaks-'))
  mkdirSync(join(runDir, 'nodes', 'm1'), { recursive: true })
})
afterEach(() => rmSync(runDir, { recursive: true }))

const key = ['-----BEGIN EC', `PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----`].join(' ')

test('a leak is found in a log and inside the data of a report, and named by its file', () => {
  writeFileSync(join(runDir, 'nodes', 'm1', 'kubelet.log'), `x ${key} y`)
  writeFileSync(
    join(runDir, 'index.html'),
    `<script>${gzipSync(`${'padding '.repeat(40)}${key}`).toString('base64')}</script>`,
  )
  expect(
    leaksIn(runDir)
      .map((leak) => leak.slice(runDir.length + 1))
      .sort(),
  ).toEqual(['index.html: private key', 'nodes/m1/kubelet.log: private key'])
})

test('a clean directory has none', () => {
  writeFileSync(join(runDir, 'run.json'), '{"verdict":"pass"}')
  expect(leaksIn(runDir)).toEqual([])
})
