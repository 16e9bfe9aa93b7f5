import { expect, test } from 'vitest'
import { hostCommand } from '../process/host-command.ts'
import { chosenImages } from './chosen-images.ts'
import { examine } from './doctor.ts'
import { preflight } from './preflight.ts'

const doctorContainers = async () => {
  const { stdout } = await hostCommand(['docker', 'ps', '--all', '--quiet', '--filter', 'label=drill.check=doctor'])
  return stdout.trim()
}

test('after setup doctor finds everything, and leaves nothing behind', async () => {
  const needs = await examine()
  expect(needs.filter(({ state }) => state !== 'ok')).toEqual([])
  expect(await doctorContainers()).toBe('')
})

test('preflight takes less than a second, and lets a drill of any size pass on this machine', async () => {
  const { node, workload } = await chosenImages()
  const began = performance.now()
  await preflight({ controlPlanes: 3, workers: 2, nodeImage: node, workloadImage: workload })
  expect(performance.now() - began).toBeLessThan(1_000)
})

test('a node image that is not there is refused, and nothing is pulled', async () => {
  const { workload } = await chosenImages()
  const nodeImage = 'drill.test/never-published:1'
  await expect(preflight({ controlPlanes: 1, workers: 2, nodeImage, workloadImage: workload })).rejects.toMatchObject({
    name: 'PreflightError',
    message: `the engine has no image ${nodeImage}`,
    fix: `npx --no-install drill setup --node-image ${nodeImage}`,
  })
})

test('more nodes than memory are refused with the figures', async () => {
  const { node, workload } = await chosenImages()
  await expect(
    preflight({ controlPlanes: 1, workers: 9_000, nodeImage: node, workloadImage: workload }),
  ).rejects.toThrow(/^\d+ MB of memory are free, 1 control plane\(s\) and 9000 worker\(s\) need 2250950 MB$/)
})
