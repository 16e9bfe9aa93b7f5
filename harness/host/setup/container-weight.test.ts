import { expect, test } from 'vitest'
import { weightFile } from './container-weight.ts'

const id = '4f2a'.repeat(16)

test.each([
  [
    'version 1',
    `7:blkio:/docker/${id}\n1:cpu:/docker/${id}/init.scope\n0::/`,
    '/sys/fs/cgroup/cpu/docker/cpu.shares',
    8192,
  ],
  [
    'version 1, two controllers on one hierarchy',
    `3:cpu,cpuacct:/docker/${id}`,
    '/sys/fs/cgroup/cpu/docker/cpu.shares',
    8192,
  ],
  ['version 2', `0::/docker/${id}\n`, '/sys/fs/cgroup/docker/cpu.weight', 800],
  ['an engine in a container', `0::/outer/docker/${id}\n`, '/sys/fs/cgroup/outer/docker/cpu.weight', 800],
])('the group of the containers: cgroup %s', (_, membership, path, weight) => {
  expect(weightFile(membership, id)).toEqual({ path, weight })
})

test.each([
  ['a slice of systemd holds more than containers', `0::/system.slice/docker-${id}.scope/init.scope\n`],
  ['the container has no group of its own', '1:cpu:/\n0::/\n'],
  ['the container has ended', ''],
])('no file: %s', (_, membership) => {
  expect(weightFile(membership, id)).toBeUndefined()
})
