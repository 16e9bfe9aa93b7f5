import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../../../lib/engine/wait.ts'
import { ensureBalancerImage } from './balancer-image.ts'
import { docker, imageLabel } from './engine.ts'

const name = `drill-test-balancer-${process.pid}`
const inside = (...command: string[]) => docker(['exec', name, ...command], {})

// The command that kind 0.33 gives the container (GenerateBootstrapCommand in pkg/cluster/internal/loadbalancer).
const bootstrap = `mkdir -p /home/envoy && echo -en 'node:' > /home/envoy/envoy.yaml
  && { [ ! -f /home/envoy/cds.yaml ] && echo -en 'resources: []' > /home/envoy/cds.yaml || true; }
  && { [ ! -f /home/envoy/lds.yaml ] && echo -en 'resources: []' > /home/envoy/lds.yaml || true; }
  && while true; do envoy -c /home/envoy/envoy.yaml && break; sleep 1; done`.replaceAll('\n', ' ')

const socketAddress = (host: string, port: number) =>
  `          address:\n            socket_address:\n              address: ${host}\n              port_value: ${port}\n`

/** As kind does: both files under temporary names, then renamed. */
async function configure(hosts: readonly string[], check = 'http_health_check:\n      path: /healthz'): Promise<void> {
  const clusters = `resources:\n  health_checks:\n  - timeout: 3s\n    ${check}\n${hosts.map((host) => `      - endpoint:\n${socketAddress(host, 6443)}`).join('')}`
  const listeners = `resources:\n- name: listener_apiserver\n${socketAddress('"0.0.0.0"', 6443)}`
  const directory = '/home/envoy'
  for (const [file, text] of Object.entries({ cds: clusters, lds: listeners })) {
    await inside('bash', '-c', `cat >${directory}/${file}.yaml.tmp <<'YAML'\n${text}YAML`)
  }
  const renames = ['cds', 'lds'].map((file) => `mv ${directory}/${file}.yaml.tmp ${directory}/${file}.yaml`)
  await inside('sh', '-c', `chmod 666 ${directory}/*.tmp && ${renames.join(' && ')}`)
}

const servers = async () =>
  [...(await inside('cat', '/tmp/haproxy.cfg')).matchAll(/^ {2}server \S+ (\S+)$/gm)].map(([, address]) => address)

const listens = async () => {
  await inside('bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/6443')
  return true
}

let standIn = false
beforeAll(async () => {
  const image = await ensureBalancerImage({ onProgress: () => undefined })
  standIn = (await imageLabel(image, {}))?.startsWith('balancer-') ?? false
  await docker(['run', '--detach', `--name=${name}`, '--label=drill.test=balancer', image, 'bash', '-c', bootstrap], {})
})
afterAll(async () => {
  await docker(['rm', '--force', '--volumes', name], {})
})

test('balances over what kind writes, follows a change, and keeps it over a restart', async ({ skip }) => {
  skip(!standIn, 'the engine has a real Envoy')
  await configure(['master-1', 'master-2'])
  await waitFor('the balancer listens', listens, { timeoutMs: 10_000 })
  expect(await servers()).toEqual(['master-1:6443', 'master-2:6443'])

  await configure(['master-1', 'master-2', 'master-3'])
  await waitFor('a third server', async () => (await servers()).length === 3, { timeoutMs: 10_000 })
  expect(await listens()).toBe(true)

  await docker(['restart', '--time=0', name], {})
  await waitFor('the balancer listens again', listens, { timeoutMs: 10_000 })
  expect(await servers()).toEqual(['master-1:6443', 'master-2:6443', 'master-3:6443'])
})

test('checks as kind says, and by a TLS handshake where no request is left', async ({ skip }) => {
  skip(!standIn, 'the engine has a real Envoy')
  const check = async () => /option httpchk .*/.exec(await inside('cat', '/tmp/haproxy.cfg'))?.[0]
  await configure(['master-1'])
  await waitFor('a single server', async () => (await servers()).length === 1, { timeoutMs: 10_000 })
  expect(await check()).toBe('option httpchk GET /healthz')
  await configure(['master-1', 'master-2'], 'tcp_health_check: {}')
  await waitFor('a second server', async () => (await servers()).length === 2, { timeoutMs: 10_000 })
  expect(await check()).toBeUndefined()
  expect(await listens()).toBe(true)
})

test('a second call builds nothing', async () => {
  const lines: string[] = []
  await ensureBalancerImage({ onProgress: (line) => lines.push(line) })
  expect(lines).toEqual([])
})
