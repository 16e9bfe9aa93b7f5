import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { descendantsOf, entryOf, processEntry } from './process-tree.ts'

test('a name with blanks and parentheses does not shift the fields', () => {
  const stat = '7 (a) b (c)) S 3 7 7 0 -1 4194560 1 2 3 4 150 50 30 20 20 0 1 0 99 1 1'
  expect(entryOf(7, stat)).toEqual({ pid: 7, parent: 3, ownMs: 2000, reapedMs: 500 })
})

test('grandchildren are found, and one that has ended is none', async () => {
  const parent = spawn('sh', ['-c', 'sleep 5 & echo $!; wait'])
  const [output] = (await once(parent.stdout, 'data')) as [Buffer]
  const grandchild = Number(output.toString())
  const found = descendantsOf(process.pid).map(({ pid }) => pid)
  expect(found).toContain(parent.pid)
  expect(found.indexOf(grandchild)).toBeGreaterThan(found.indexOf(parent.pid ?? 0))
  process.kill(grandchild)
  await once(parent, 'exit')
  expect(processEntry(grandchild)).toBeUndefined()
})
