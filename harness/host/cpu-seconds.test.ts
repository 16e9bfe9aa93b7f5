import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { Node } from '../../lib/node.ts'
import { busyMs, cpuBetween, machineMs, readCpu, type CpuReading } from './cpu-seconds.ts'

const machine = (stdout: string): Node => ({
  name: 'm',
  role: 'worker',
  exec: async (argv) => ({ argv, exitCode: 0, stdout, stderr: '', durationMs: 1 }),
  readFile: () => Promise.reject(new Error('not used')),
  writeFile: () => Promise.reject(new Error('not used')),
})

test('both versions of cgroups are read', () => {
  expect(machineMs('12349037467\n')).toBeCloseTo(12_349.037)
  expect(machineMs('usage_usec 2500\nuser_usec 1500\nsystem_usec 1000\n')).toBe(2.5)
  expect(machineMs('no such file')).toBeUndefined()
})

test('idle time and time that waits for disks is nobody’s', () => {
  expect(busyMs('cpu  100 1 50 9000 800 2 3 4 7 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n')).toBe(1600)
  expect(busyMs('')).toBeNull()
})

test('what a child used counts, whether it runs or was waited for, and not as this process’s own', async () => {
  const before = await readCpu([])
  const used = 'const used = () => { const { user, system } = process.cpuUsage(); return user + system }'
  const spin = `${used}; const end = used() + 4e5; while (used() < end); console.log("spun")`
  const child = spawn(process.execPath, ['-e', `${spin}; setTimeout(() => {}, 5000)`])
  await once(child.stdout, 'data')
  const running = cpuBetween(before, await readCpu([]))
  expect(running.repairMs).toBeGreaterThanOrEqual(350)
  child.kill()
  await once(child, 'exit')
  const over = cpuBetween(before, await readCpu([]))
  expect(over.repairMs).toBeGreaterThanOrEqual(350)
  expect(over.repairMs).toBeLessThan(3000)
}, 20_000)

test('machines are added up, and one that does not account is an error', async () => {
  expect((await readCpu([machine('1000000\n'), machine('usage_usec 5000\n')])).machinesMs).toBe(6)
  await expect(readCpu([machine('?')])).rejects.toThrow('m: its cgroup does not tell')
})

test('others are all who are neither the repair nor the instrument', () => {
  const reading = (scale: number, busy: number | null): CpuReading => ({
    atMs: 1000 * scale,
    machinesMs: 100 * scale,
    childrenMs: 20 * scale,
    instrumentMs: 10 * scale,
    busyMs: busy,
  })
  expect(cpuBetween(reading(1, 1000), reading(2, 1500))).toEqual({ wallMs: 1000, repairMs: 120, othersMs: 370 })
  // The ticks of /proc are coarser than the cgroups' nanoseconds.
  expect(cpuBetween(reading(1, 1000), reading(2, 1100)).othersMs).toBe(0)
  expect(cpuBetween(reading(1, null), reading(2, 1100)).othersMs).toBeNull()
})
