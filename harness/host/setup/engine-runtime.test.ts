import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runtimePath, runtimeSource, withDrillRuntime } from './engine-runtime.ts'

describe('withDrillRuntime', () => {
  const ours = { 'drill-runc': { path: runtimePath } }

  test.each([[undefined], [''], ['{}\n']])('from %j: our runtime is the default', (text) => {
    expect(JSON.parse(withDrillRuntime(text))).toEqual({ runtimes: ours, 'default-runtime': 'drill-runc' })
  })

  test('keeps what is there', () => {
    const text =
      '{"registry-mirrors":["https://mirror.test"],"runtimes":{"kata":{"path":"/opt/kata"}},"default-runtime":"runc"}'
    expect(JSON.parse(withDrillRuntime(text))).toEqual({
      'registry-mirrors': ['https://mirror.test'],
      runtimes: { kata: { path: '/opt/kata' }, ...ours },
      'default-runtime': 'drill-runc',
    })
  })

  test('is the same when done twice', () => {
    expect(withDrillRuntime(withDrillRuntime(undefined))).toBe(withDrillRuntime(undefined))
  })

  test.each(['{', '[]', '"text"', '{"runtimes":3}'])('refuses %s, which it would have to overwrite', (text) => {
    expect(() => withDrillRuntime(text)).toThrow('is not a JSON object')
  })
})

describe('runc-without-sys-resource', () => {
  const run = promisify(execFile)
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runtime-'))
    await mkdir(join(folder, 'bin'))
    await writeFile(join(folder, 'bin', 'runc'), '#!/bin/sh\nprintf "%s\\n" "$@"\n')
    await chmod(join(folder, 'bin', 'runc'), 0o755)
  })
  afterEach(() => rm(folder, { recursive: true }))

  const runtime = (args: readonly string[], cwd = folder) =>
    run('sh', [runtimeSource, ...args], { cwd, env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` } })

  const bundle = {
    process: {
      args: ['sh', '-c', 'echo "CAP_SYS_RESOURCE"'],
      capabilities: {
        bounding: ['CAP_CHOWN', 'CAP_SYS_RESOURCE', 'CAP_SYS_TIME'],
        effective: ['CAP_SYS_RESOURCE', 'CAP_CHOWN'],
        permitted: ['CAP_CHOWN', 'CAP_SYS_RESOURCE'],
        ambient: ['CAP_SYS_RESOURCE'],
      },
    },
  }
  const stripped = {
    process: {
      args: bundle.process.args,
      capabilities: {
        bounding: ['CAP_CHOWN', 'CAP_SYS_TIME'],
        effective: ['CAP_CHOWN'],
        permitted: ['CAP_CHOWN'],
        ambient: [],
      },
    },
  }
  const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))

  test.each([
    [
      'create with a separate bundle',
      (b: string) => ['--root', '/run/x', 'create', '--bundle', b, '--pid-file', 'p', 'id'],
    ],
    ['create with an attached bundle', (b: string) => ['create', `--bundle=${b}`, 'id']],
    ['run with the short option', (b: string) => ['run', '-b', b, 'id']],
  ])('%s: takes the capability out and hands everything on to runc', async (_, argsOf) => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(bundle))
    const { stdout } = await runtime(argsOf(folder), tmpdir())
    expect(await readJson(join(folder, 'config.json'))).toEqual(stripped)
    expect(stdout.trim().split('\n')).toEqual(argsOf(folder))
  })

  test('create without a bundle means the working directory', async () => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(bundle))
    await runtime(['create', 'id'])
    expect(await readJson(join(folder, 'config.json'))).toEqual(stripped)
  })

  test('exec: the process file', async () => {
    const path = join(folder, 'process.json')
    await writeFile(path, JSON.stringify(bundle.process))
    await runtime(['--log', 'l', 'exec', '--process', path, '--detach', 'id'])
    expect(await readJson(path)).toEqual(stripped.process)
  })

  test('other commands touch nothing, even when an argument of theirs looks like one', async () => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(bundle))
    await runtime(['kill', 'id', '9'])
    await runtime(['delete', '--force', 'id'])
    expect(await readJson(join(folder, 'config.json'))).toEqual(bundle)
  })

  test("runc's exit code is its own", async () => {
    await writeFile(join(folder, 'bin', 'runc'), '#!/bin/sh\nexit 7\n')
    await expect(runtime(['state', 'id'])).rejects.toMatchObject({ code: 7 })
  })
})
