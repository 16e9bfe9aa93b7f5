import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../../lib/engine/wait.ts'
import { auxiliaryLabel, removeAuxiliaryContainers } from '../cluster/auxiliary-containers.ts'
import { hostCommand } from '../host/process/host-command.ts'
import { parseAnswer } from './answer.ts'
import { ensureWorkloadImage, programInImage } from './workload-image.ts'

const cluster = `drill-it-image-${process.pid}`
let image: string
beforeAll(async () => void (image = await ensureWorkloadImage({ onProgress: () => undefined })))
afterAll(() => removeAuxiliaryContainers(cluster))

async function started(...args: readonly string[]): Promise<string> {
  const run = ['docker', 'run', '--detach', '--label', `${auxiliaryLabel}=${cluster}`] as const
  const { stdout, exitCode, stderr } = await hostCommand([...run, ...args], { timeoutMs: 30_000 })
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  return stdout.trim()
}
/** The image has nothing but node. */
const asked = async (container: string, path: string): Promise<string> => {
  const script = `fetch('http://127.0.0.1:8080${path}').then((r) => r.text()).then((t) => process.stdout.write(t))`
  return (await hostCommand(['docker', 'exec', container, 'node', '-e', script], { timeoutMs: 10_000 })).stdout
}

test('is built once', async () => {
  const lines: string[] = []
  const before = performance.now()
  expect(await ensureWorkloadImage({ onProgress: (line) => lines.push(line) })).toBe(image)
  expect(performance.now() - before).toBeLessThan(5000)
  expect(lines).toEqual([])
})

test('its server answers, and ends at once at SIGTERM', async () => {
  const server = await started('--env', 'POD_NAME=echo-1', image)
  const answer = await waitFor('an answer', async () => parseAnswer(await asked(server, '/')), { timeoutMs: 20_000 })
  expect(answer.pod).toBe('echo-1')
  const before = performance.now()
  await hostCommand(['docker', 'stop', '--time', '10', server], { timeoutMs: 30_000 })
  expect(performance.now() - before).toBeLessThan(5000)
})

test('its API client says why it cannot call, and that no secret', async () => {
  const client = await started(image, programInImage('harness/workload/api-client'))
  const status = await waitFor(
    'a call',
    async () => {
      const text = await asked(client, '/status')
      return /"outcome":"unreachable"/.test(text) && (JSON.parse(text) as Record<string, unknown>)
    },
    { timeoutMs: 20_000 },
  )
  expect(status).toMatchObject({ detail: 'ENOENT', tokenKid: null, readOnce: false })
  expect(JSON.parse(await asked(client, '/readyz'))).toEqual({ ok: false })
})
