import { expect, test } from 'vitest'
import { setupFactsFake } from '../../testing/setup-facts-fake.ts'
import { problemOf, type PreflightFacts } from './preflight.ts'

const options = {
  controlPlanes: 1,
  workers: 2,
  nodeImage: 'drill.local/node:v1.36.4-1',
  workloadImage: 'drill.local/workload:1',
}
type Differences = Parameters<typeof setupFactsFake>[0]
const facts = (differences: Differences, missingImages: readonly string[] = []): PreflightFacts => {
  const { host, engine } = setupFactsFake(differences)
  return { host, engine, missingImages }
}

test('a machine that has everything carries a drill', () => {
  expect(problemOf(facts({}), options)).toBeUndefined()
})

test.each<[string, Differences, string]>([
  ['no engine', { engine: { state: 'silent', reason: 'Cannot connect' } }, 'no Docker engine answers: Cannot connect'],
  [
    'no right to use it',
    { engine: { state: 'forbidden', reason: 'permission denied' } },
    'this user may not use the Docker engine: permission denied',
  ],
  [
    'no privileged containers',
    { engine: { sysResource: false } },
    'the engine cannot start privileged containers, because this host lacks CAP_SYS_RESOURCE',
  ],
  [
    'little memory',
    { host: { memory: { totalMb: 2_000, availableMb: 1_400 } } },
    '1400 MB of memory are free, 1 control plane(s) and 2 worker(s) need 1450 MB',
  ],
  ['little disk', { engine: { freeDiskMb: 100 } }, '100 MB of disk are free in /var/lib/docker, a drill needs 3000 MB'],
  [
    'inotify',
    { host: { inotifyInstances: 128 } },
    'the inotify limits are too low (128 instances and 524288 watches) for the nodes of a cluster',
  ],
  ['forwarding', { host: { ipForward: false } }, 'this host does not forward packets (net.ipv4.ip_forward is 0)'],
])('%s: one line that says what is wrong, and a hint', (_, differences, message) => {
  const problem = problemOf(facts(differences), options)
  expect(problem?.message).toBe(message)
  expect(problem?.fix).not.toBe('')
})

test('more nodes need more memory', () => {
  const host = { memory: { totalMb: 4_000, availableMb: 2_000 } }
  expect(problemOf(facts({ host }), options)).toBeUndefined()
  expect(problemOf(facts({ host }), { ...options, controlPlanes: 3 })?.message).toContain(
    '3 control plane(s) and 2 worker(s) need 2550 MB',
  )
})

test.each([
  ['drill.local/node:v1.36.4-1', 'npx --no-install drill setup'],
  ['drill.local/workload:1', 'npx --no-install drill setup'],
])('an image of ours that is missing (%s) is built by setup', (image, fix) => {
  expect(problemOf(facts({}, [image]), options)).toMatchObject({ message: `the engine has no image ${image}`, fix })
})

test('a missing node image that the user named is named to setup', () => {
  const named = { ...options, nodeImage: 'kindest/node:v1.99.0' }
  expect(problemOf(facts({}, ['kindest/node:v1.99.0']), named)?.fix).toBe(
    'npx --no-install drill setup --node-image kindest/node:v1.99.0',
  )
})

test('an image of a workload is built by its name', () => {
  const further = { database: 'drill.local/database:1' }
  expect(problemOf(facts({}, ['drill.local/database:1']), { ...options, further })?.fix).toBe(
    'npx --no-install drill setup --with database',
  )
})
