import { expect, test } from 'vitest'
import { cloneArguments } from './clone-worker.ts'

const inspected = (change: object = {}) =>
  JSON.stringify([
    {
      Config: {
        Image: 'node:1',
        Env: ['KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER'],
        Labels: { 'io.x-k8s.kind.role': 'worker' },
      },
      HostConfig: {
        Binds: ['/lib/modules:/lib/modules:ro'],
        CgroupnsMode: 'private',
        NetworkMode: 'kind',
        Privileged: true,
        Runtime: 'drill-runc',
        SecurityOpt: ['seccomp=unconfined'],
        Tmpfs: { '/run': '', '/tmp': 'size=1g' },
        ...change,
      },
    },
  ])

test('starts what kind started, under another name, without kind’s labels', () => {
  const argv = cloneArguments('drill-a', 'drill-a-new-worker', inspected()).join(' ')
  expect(argv).toBe(
    '--detach --tty --name drill-a-new-worker --hostname drill-a-new-worker --label io.drill.cluster=drill-a ' +
      '--network kind --runtime drill-runc --volume /var --privileged --cgroupns private --security-opt seccomp=unconfined ' +
      '--tmpfs /run --tmpfs /tmp:size=1g --volume /lib/modules:/lib/modules:ro --env KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER node:1',
  )
  expect(argv).not.toContain('io.x-k8s.kind')
})

test('what the container has not is not given', () => {
  const argv = cloneArguments(
    'a',
    'b',
    inspected({ Binds: null, SecurityOpt: null, CgroupnsMode: '', Tmpfs: null, Sysctls: { x: '1' } }),
  )
  expect(argv.join(' ')).toContain('--privileged --sysctl x=1 --env')
  expect(argv).not.toContain('--cgroupns')
})
