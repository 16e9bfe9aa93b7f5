import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HostChange } from './host-change-log.ts'
import { restorationsOf, type HostState } from './restoration.ts'

const inotify: HostChange = { kind: 'sysctl', key: 'fs.inotify.max_user_instances', before: '128', after: '1024' }
const forward: HostChange = { kind: 'sysctl', key: 'net.ipv4.ip_forward', before: '0', after: '1' }
const daemon: HostChange = {
  kind: 'file',
  path: '/etc/docker/daemon.json',
  before: null,
  after: '{"default-runtime":"drill-runc"}\n',
}
const edited: HostChange = {
  kind: 'file',
  path: '/etc/docker/daemon.json',
  before: `{"log-opts":{"tag":"it's"}}\n`,
  after: 'new\n',
}
const engine: HostChange = { kind: 'engine', pid: 4711, startTicks: '99' }
const member: HostChange = { kind: 'group-member', user: 'alice', group: 'docker' }

const state = (changes: Partial<HostState> = {}): HostState => ({
  sysctls: new Map([
    [inotify.key, '1024'],
    [forward.key, '1'],
  ]),
  files: new Map([[daemon.path, daemon.after]]),
  liveEngines: new Set([4711]),
  runningContainers: 0,
  ...changes,
})
const one = (change: HostChange, now = state()) => restorationsOf([change], now)[0]

describe('with nothing running', () => {
  test('the engine ends before its configuration and the settings go', () => {
    const kinds = restorationsOf([forward, member, daemon, engine, inotify], state()).map(({ change }) => change.kind)
    expect(kinds).toEqual(['engine', 'file', 'group-member', 'sysctl', 'sysctl'])
  })

  test('of two files the last one goes first: a configuration before the program that it names', () => {
    const runtime: HostChange = {
      kind: 'file',
      path: '/usr/local/lib/drill/runc-without-sys-resource',
      before: null,
      after: '#!/bin/sh\n',
    }
    const files = restorationsOf([runtime, daemon], state()).map(({ change }) => change)
    expect(files).toEqual([daemon, runtime])
  })

  test('everything is undone and forgotten', () => {
    const all = restorationsOf([inotify, forward, daemon, engine, member], state())
    expect(all.every(({ script, forget }) => forget && script !== undefined)).toBe(true)
  })

  test.each([
    [inotify, 'printf %s 128 > /proc/sys/fs/inotify/max_user_instances'],
    [engine, 'kill 4711 '],
    [daemon, 'rm -f /etc/docker/daemon.json'],
    [member, 'gpasswd --delete alice docker'],
  ])('%o', (change, script) => {
    expect(one(change)?.script).toContain(script)
  })

  test('an engine that ended as a zombie has ended', () => {
    const zombie = spawn('sh', ['-c', 'true & echo $!; exec sleep 5'])
    onTestFinished(() => void zombie.kill('SIGKILL'))
    return once(zombie.stdout, 'data').then(([output]: Buffer[]) => {
      const pid = Number(output)
      const script = one({ kind: 'engine', pid, startTicks: '1' }, state({ liveEngines: new Set([pid]) }))?.script ?? ''
      expect(() => execFileSync('sh', ['-euc', script], { timeout: 2_000 })).not.toThrow()
    })
  })

  test('an engine that ended meanwhile has ended', () => {
    const script =
      one({ kind: 'engine', pid: 2 ** 22 + 1, startTicks: '1' }, state({ liveEngines: new Set([2 ** 22 + 1]) }))
        ?.script ?? ''
    expect(() => execFileSync('sh', ['-euc', script], { timeout: 2_000 })).not.toThrow()
  })

  test('a file of the kernel that went with its cgroup leaves the record', () => {
    const weight = { kind: 'file', path: '/sys/fs/cgroup/docker/cpu.weight', before: '100\n', after: '800\n' } as const
    expect(one(weight, state({ files: new Map() }))).toEqual({
      change: weight,
      say: expect.any(String) as string,
      forget: true,
    })
    expect(one(weight, state({ files: new Map([[weight.path, '800\n']]) }))?.script).toContain(weight.path)
  })

  test('a file that was there gets its content back to the byte', () => {
    const script = one(edited, state({ files: new Map([[edited.path, 'new\n']]) }))?.script ?? ''
    const printf = script.slice(0, script.indexOf(' > '))
    expect(execFileSync('sh', ['-c', printf]).toString()).toBe(edited.before)
  })
})

test('what something else changed since stays, and stays recorded', () => {
  const now = state({ sysctls: new Map([[inotify.key, '8192']]), files: new Map([[daemon.path, '{"debug":true}']]) })
  for (const change of [inotify, daemon]) {
    const restoration = one(change, now)
    expect(restoration).toMatchObject({
      forget: false,
      say: expect.stringContaining('something else changed it') as string,
    })
    expect(restoration?.script).toBeUndefined()
  }
})

test('a value that was not known beforehand goes back whatever it is', () => {
  const opened: HostChange = { kind: 'sysctl', key: 'fs.nr_open', before: '1048576', after: null }
  expect(one(opened, state({ sysctls: new Map([['fs.nr_open', '1073741816']]) }))).toMatchObject({
    say: 'fs.nr_open is 1048576 again (was 1073741816)',
    forget: true,
  })
  expect(one(opened, state({ sysctls: new Map() }))).toMatchObject({ forget: false })
})

test('what is already as it was is only forgotten', () => {
  const now = state({ sysctls: new Map([[inotify.key, '128']]), files: new Map(), liveEngines: new Set() })
  for (const restoration of restorationsOf([inotify, daemon, engine], now)) {
    expect(restoration).toMatchObject({ forget: true })
    expect(restoration.script).toBeUndefined()
  }
})

test('while containers run, the engine and what it needs stay; other settings go back', () => {
  const now = state({ runningContainers: 2 })
  const kept = restorationsOf([engine, daemon, forward], now)
  expect(kept.map(({ script, forget }) => [script, forget])).toEqual([
    [undefined, false],
    [undefined, false],
    [undefined, false],
  ])
  expect(kept[0]?.say).toBe('the engine stays: 2 containers run on it')
  expect(one(inotify, now)).toMatchObject({ forget: true, script: expect.stringContaining('128') as string })
})
