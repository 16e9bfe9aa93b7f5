import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { secretsIn } from '../store/redact.ts'
import type { DrillContext } from '../model/context.ts'
import { loseMountedFiles, makeMountedFiles, removeMountedFiles, restoreMountedFiles } from './mounted-files.ts'

test('copies every file for root alone, with a key of its own that counts as a secret, and takes them away again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drill-files-'))
  try {
    const from = join(folder, 'mine.files')
    await mkdir(join(from, 'deep'), { recursive: true })
    await writeFile(join(from, 'audit.yaml'), 'rules: []\n')
    await writeFile(join(from, 'deep/encryption.yaml'), '- name: one\n  secret: DRILL_RANDOM_KEY\n')
    const made = await makeMountedFiles(from, join(folder, 'run'))
    expect(await readFile(join(made, 'audit.yaml'), 'utf8')).toBe('rules: []\n')
    const text = await readFile(join(made, 'deep/encryption.yaml'), 'utf8')
    const key = /secret: (\S+)\n/.exec(text)?.[1] ?? ''
    expect(Buffer.from(key, 'base64')).toHaveLength(32)
    expect(secretsIn(text)).toEqual(['encryption key'])
    expect((await stat(join(made, 'deep/encryption.yaml'))).mode & 0o777).toBe(0o600)
    expect(
      await readFile(join(await makeMountedFiles(from, join(folder, 'other')), 'deep/encryption.yaml'), 'utf8'),
    ).not.toContain(key)
    await removeMountedFiles(join(folder, 'run'))
    await removeMountedFiles(join(folder, 'run'))
    await expect(stat(made)).rejects.toThrow('ENOENT')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the disaster takes the files from every control plane, and their operator brings them back', async () => {
  const runDir = await mkdtemp(join(tmpdir(), 'drill-files-'))
  try {
    const asked: string[] = []
    const events: unknown[] = []
    const machine = (name: string) => ({ name, exec: async (argv: readonly string[]) => asked.push(argv.join(' ')) })
    const context = {
      runDir,
      cluster: { controlPlanes: [machine('m1'), machine('m2')] },
      journal: { append: ({ type, node, path }: Record<string, string>) => events.push([type, node, path].join(' ')) },
      signal: new AbortController().signal,
    } as unknown as DrillContext
    await loseMountedFiles(context)
    expect(events).toEqual([])
    await mkdir(join(runDir, 'cluster-files'))
    await writeFile(join(runDir, 'cluster-files', 'keys.yaml'), 'x')
    await loseMountedFiles(context)
    await expect(stat(join(runDir, 'cluster-files', 'keys.yaml'))).rejects.toThrow('ENOENT')
    expect(asked).toEqual(Array(2).fill('test ! -e /srv/cluster-files/keys.yaml'))
    await restoreMountedFiles(context)
    expect(await readFile(join(runDir, 'cluster-files', 'keys.yaml'), 'utf8')).toBe('x')
    expect(events).toEqual([
      'fault.files-removed m1 /srv/cluster-files/keys.yaml',
      'fault.files-removed m2 /srv/cluster-files/keys.yaml',
      'operator.restored m1 /srv/cluster-files/keys.yaml',
      'operator.restored m2 /srv/cluster-files/keys.yaml',
    ])
  } finally {
    await rm(runDir, { recursive: true })
  }
})
