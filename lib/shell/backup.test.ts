import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bash, runScript } from './bash.ts'
import { reportBackups, backupFunctions, backupStamp } from './backup.ts'
import { fakeContext } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'

it('keeps everything that is replaced, and says what', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'aside-'))
  try {
    const [moved, copied, missing] = ['moved file', 'copied', 'missing'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ]
    await writeFile(moved, 'one')
    await writeFile(copied, 'two')
    const functions = backupFunctions('stamp').text.replaceAll('/var/lib/drill-recovery', join(dir, 'work'))
    const script = bash`
${{ text: functions }}
move_to_backup ${moved} ${missing}
copy_to_backup ${copied}
`
    const result = await runScript(localNode, 'back up', script)
    const context = fakeContext([], '')
    reportBackups(context, 'here', result)
    expect(context.events).toEqual([
      { type: 'file.backed-up', node: 'here', path: moved, directory: join(dir, 'work/backup/stamp') },
      { type: 'file.backed-up', node: 'here', path: copied, directory: join(dir, 'work/backup/stamp') },
    ])
    const aside = (path: string) => join(dir, 'work/backup/stamp', path)
    expect(await readFile(aside(moved), 'utf8')).toBe('one')
    expect(await readFile(aside(copied), 'utf8')).toBe('two')
    expect(await readFile(copied, 'utf8')).toBe('two')
    await expect(stat(moved)).rejects.toThrow('ENOENT')
    expect((await stat(join(dir, 'work'))).mode & 0o077).toBe(0)
  } finally {
    await rm(dir, { recursive: true })
  }
})

it('names a repair by its time', () =>
  expect(backupStamp(new Date('2026-11-24T02:03:04.567Z'))).toBe('20261124T020304Z'))
