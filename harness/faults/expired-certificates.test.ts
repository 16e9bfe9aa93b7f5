import { expect, test } from 'vitest'
import type { DrillContext } from '../model/context.ts'
import { expiredCertificates } from './expired-certificates.ts'

const conf = '/etc/kubernetes/scheduler.conf'
const peer = '/etc/kubernetes/pki/etcd/peer.crt'

/** One control plane and a worker; `valid` is what they say when they are asked what has not expired. */
function drill(valid = '') {
  const ran: { readonly name: string; readonly script: string; readonly input: string }[] = []
  const machine = (name: string) => ({
    name,
    address: '127.0.0.1',
    exec: async (argv: readonly string[], { input = '' }: { input?: string } = {}) => {
      const script = argv.join(' ')
      ran.push({ name, script, input })
      const isRead = script.includes('echo "$path $certificate"')
      const signs = script.includes('openssl x509 -CA')
      const said = isRead ? `${conf} OLD=\n${peer} OLD2=\n` : signs ? `${conf} NEW=\n${peer} NEW2=\n` : valid
      return { argv, exitCode: 0, stdout: argv[0] === 'sh' && script.includes('10248') ? '' : said, stderr: '' }
    },
  })
  const cluster = { controlPlanes: [machine('m1')], workers: [machine('w')] }
  const context = { cluster, journal: { append: () => undefined }, signal: new AbortController().signal }
  return { ran, context: context as unknown as DrillContext }
}

test('each certificate is signed again by its own CA, then put in place, and its readers are started again', async () => {
  const { ran, context } = drill()
  await expiredCertificates({ on: 'control-planes' }).inject(context)
  expect(ran.map(({ name }) => name)).toEqual(['m1', 'm1', 'm1', 'm1', 'm1'])
  const [, sign, write, leaders, kubelet] = ran
  expect(sign?.input.replaceAll(/ [0-9a-f]{16} /g, ' SERIAL ')).toBe(
    `${conf} ca SERIAL OLD=\n${peer} etcd/ca SERIAL OLD2=\n`,
  )
  expect(write?.input).toBe(`${conf} NEW=\n${peer} NEW2=\n`)
  expect(leaders?.script).toContain('crictl stop')
  expect(kubelet?.script).toBe('systemctl restart --no-block kubelet')
})

test("a worker's certificates are signed on a control plane, and no static pod is touched", async () => {
  const { ran, context } = drill()
  await expiredCertificates({ on: 'workers' }).inject(context)
  expect(ran.map(({ name }) => name)).toEqual(['w', 'm1', 'w', 'w'])
  expect(ran.some(({ script }) => script.includes('crictl'))).toBe(false)
})

test('a certificate that is still valid contradicts the loss', async () => {
  const loss = expiredCertificates({ on: 'workers', timeoutMs: 30, intervalMs: 5 })
  const { result, details } = await loss.prove(drill(`${peer}\n`).context)
  expect(result).toBe('mismatch')
  expect(details).toContain(`w: ${peer} still valid`)
})
