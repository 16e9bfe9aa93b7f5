import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../../../lib/engine/wait.ts'
import { chosenImages } from '../setup/chosen-images.ts'
import { docker, hasImage } from './engine.ts'

// One node as kind starts it (runArgsForNode in pkg/cluster/internal/providers/docker/provision.go), without a cluster.
const name = `drill-test-node-${process.pid}`
const inside = (...command: string[]) => docker(['exec', '--privileged', name, ...command], {})
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

beforeAll(async () => {
  const { node } = await chosenImages()
  if (!(await hasImage(node, {}))) throw new Error(`the engine has no ${node}: run drill setup first`)
  await docker(['network', 'create', '--label=drill.test=node', name], {})
  await docker(
    [
      ...[
        'run',
        '--detach',
        '--tty',
        `--name=${name}`,
        `--hostname=${name}`,
        `--network=${name}`,
        '--label=drill.test=node',
      ],
      ...[
        '--privileged',
        '--security-opt=seccomp=unconfined',
        '--security-opt=apparmor=unconfined',
        '--cgroupns=private',
      ],
      ...[
        '--init=false',
        '--tmpfs=/tmp',
        '--tmpfs=/run',
        '--volume=/var',
        '--volume=/lib/modules:/lib/modules:ro',
        node,
      ],
    ],
    {},
  )
})
afterAll(async () => {
  await docker(['rm', '--force', '--volumes', name], {})
  await docker(['network', 'rm', name], {})
})

const booted = () =>
  waitFor('the node runs', async () => (await inside('systemctl', 'is-active', 'multi-user.target')) === 'active', {
    timeoutMs: 30_000,
  })

test('comes up with no unit failed, and says on its console what kind waits for', async () => {
  await booted()
  expect(await inside('systemctl', 'list-units', '--failed', '--no-legend')).toBe('')
  expect(await docker(['logs', name], {})).toMatch(/Reached target .*Multi-User System|detected cgroup v1/)
})

test('carries every image that its kubeadm wants, so that no registry is asked', async () => {
  await booted()
  const version = await inside('cat', '/kind/version')
  expect(version).toMatch(/^v\d+\.\d+\.\d+$/)
  const wanted = lines(await inside('kubeadm', 'config', 'images', 'list', `--kubernetes-version=${version}`))
  const images = JSON.parse(await inside('crictl', 'images', '--output=json')) as { images: { repoTags: string[] }[] }
  const there = images.images.flatMap(({ repoTags }) => repoTags)
  // An official image has its sandbox image in place of kubeadm's pause.
  expect(wanted.filter((image) => !there.includes(image) && !image.includes('/pause:'))).toEqual([])
})

test('starts again in the same container: one set of rules for the resolver, the journal kept', async () => {
  await booted()
  const rules = async () =>
    lines(await inside('iptables-save', '-t', 'nat')).filter((rule) => rule.includes('127.0.0.11'))
  const before = (await rules()).length
  await docker(['restart', '--time=5', name], {})
  await booted()
  expect((await rules()).length).toBe(before)
  expect(await inside('getent', 'hosts', name)).toContain(name)
  expect(await inside('cat', '/etc/resolv.conf')).not.toContain('127.0.0.11')
  expect(lines(await inside('journalctl', '--list-boots', '--no-pager')).length).toBeGreaterThan(1)
})
