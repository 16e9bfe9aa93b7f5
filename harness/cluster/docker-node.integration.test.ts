import { afterAll, beforeAll, expect, test } from 'vitest'
import { CommandError } from '../../lib/engine/errors.ts'
import { hostCommand } from '../host/process/host-command.ts'
import type { Machine } from '../model/cluster.ts'
import { chosenImages } from '../host/setup/chosen-images.ts'
import { auxiliaryLabel, removeAuxiliaryContainers } from './auxiliary-containers.ts'
import { dockerNode } from './docker-node.ts'

const name = `drill-it-${process.pid}`
let node: Machine

beforeAll(async () => {
  const { node: image } = await chosenImages({})
  const label = `${auxiliaryLabel}=${name}`
  const argv = [
    'docker',
    'run',
    '--detach',
    '--rm',
    '--name',
    name,
    '--label',
    label,
    '--entrypoint',
    'sleep',
    image,
    '300',
  ] as const
  expect(await hostCommand([...argv])).toMatchObject({ exitCode: 0 })
  node = dockerNode(name, 'worker', '')
})
afterAll(() => removeAuxiliaryContainers(name))

test('runs argv without a shell, with standard input', async () => {
  expect((await node.exec(['printf', '%s|', 'a b', '$HOME'])).stdout).toBe('a b|$HOME|')
  expect((await node.exec(['cat'], { input: 'in' })).stdout).toBe('in')
})

test('a failing command rejects with its exit code and last words', async () => {
  await expect(node.exec(['sh', '-c', 'echo why >&2; exit 7'])).rejects.toThrow(CommandError)
  await expect(node.exec(['sh', '-c', 'echo why >&2; exit 7'])).rejects.toThrow(/exited with 7 on .*: why/)
})

test('writes a file whole, with its mode, and reads bytes back', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128])
  await node.writeFile('/root/it.bin', bytes, 0o640)
  expect(await node.readFile('/root/it.bin')).toEqual(bytes)
  expect((await node.exec(['stat', '-c', '%a', '/root/it.bin'])).stdout.trim()).toBe('640')
  expect((await node.exec(['sh', '-c', 'ls -A /root | grep -c "^\\.it" || true'])).stdout.trim()).toBe('0')
})

test('a time-out is reported as 124, and an abort ends the wait', async () => {
  await expect(node.exec(['sleep', '30'], { timeoutMs: 300 })).rejects.toThrow(/exited with 124/)
  await expect(node.exec(['sleep', '30'], { signal: AbortSignal.timeout(300) })).rejects.toThrow(/abort|timeout/i)
})

test('commands follow one another in a session whatever they print, read or leave', async () => {
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256))
  await node.writeFile('/root/noise.bin', noise)
  expect(await node.readFile('/root/noise.bin')).toEqual(noise)
  expect((await node.exec(['head', '-c', '3'], { input: 'x'.repeat(200_000) })).stdout).toBe('xxx')
  expect((await node.exec(['printf', 'no line end'])).stdout).toBe('no line end')
  const many = Array.from({ length: 30 }, (_, index) => node.exec(['echo', String(index)]))
  expect((await Promise.all(many)).map(({ stdout }) => Number(stdout))).toEqual([...many.keys()])
  const clients = await hostCommand(['pgrep', '--full', '--count', `docker exec .*${name} `])
  const before = Number(clients.stdout)
  for (let round = 0; round < 5; round += 1) await node.exec(['true'])
  expect(Number((await hostCommand(['pgrep', '--full', '--count', `docker exec .*${name} `])).stdout)).toBe(before)
})

test('a session that was lost is replaced', async () => {
  await expect(node.exec(['bash', '-c', 'kill -9 $PPID'])).rejects.toThrow(/exited with -1/)
  expect((await node.exec(['echo', 'again'])).stdout).toBe('again\n')
})

test('auxiliary containers are removed by their label, and a second time is no error', async () => {
  await removeAuxiliaryContainers(name)
  await removeAuxiliaryContainers(name)
  await expect(node.exec(['true'])).rejects.toThrow(CommandError)
})
