import { expect, it } from 'vitest'
import { runSteps } from '../engine/step.ts'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { finishRefusedWrites } from './finish-refused-writes.ts'
import { publishRootCaAfter } from './publish-root-ca.ts'

const ca = issueCertificate({ commonName: 'kubernetes' }).certificate
const old = issueCertificate({ commonName: 'kubernetes' }).certificate
const refused = 'Error from server: admission webhook "guard.example.com" denied the request: no API'

/** A cluster in which a webhook refuses the CA in `shop`, until `opensAfter` writes were refused. */
async function publish(opensAfter: number) {
  let attempts = 0
  let published = old
  const configMap = () => ({ metadata: { namespace: 'shop' }, data: { 'ca.crt': published } })
  const node = fakeNode('m1', 'control-plane', {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'get /api/v1/namespaces /api/v1/configmaps*': () =>
      apiAnswer({ items: [{ metadata: { name: 'shop' } }] }, { items: [configMap()] }),
    'get /api/v1/namespaces/shop/configmaps/kube-root-ca.crt': () => apiAnswer(configMap()),
    'get /apis/admissionregistration*': apiAnswer({ items: [] }, { items: [] }),
    'get /apis/coordination*': apiAnswer({ items: [] }, { items: [] }),
    'find pods with another CA': '',
  })
  const failing = {
    ...node,
    exec: (argv: readonly string[], options = {}) => {
      const title = /^# (.*)/.exec(argv[2] ?? '')?.[1] ?? ''
      if (title !== 'publish the CA in shop') return node.exec(argv, options)
      const isRefused = (attempts += 1) <= opensAfter
      if (!isRefused) published = ca
      return fakeNode('m1', 'control-plane', { [title]: isRefused ? new Error(refused) : '' }).exec(argv, options)
    },
  }
  node.files.set('/etc/kubernetes/pki/ca.crt', ca)
  const context = fakeContext([failing], plain)
  const cluster = await surveyed(context)
  const error = await runSteps([publishRootCaAfter(200), finishRefusedWrites], cluster, context).catch(
    (cause: unknown) => cause,
  )
  return { error, published, refusals: context.events.filter(({ type }) => type === 'write.refused') }
}

it('comes back to a CA that a webhook refused, and names the webhook meanwhile', async () => {
  const { error, published, refusals } = await publish(3)
  expect(error).toBeUndefined()
  expect(published).toBe(ca)
  expect(refusals).toEqual([
    { type: 'write.refused', what: 'the new CA in shop', reason: 'the webhook "guard.example.com" denies it' },
  ])
}, 20_000)

it('publishes it itself where the controller manager has not for some seconds', async () => {
  const { error, published, refusals } = await publish(0)
  expect([error, published, refusals]).toEqual([undefined, ca, []])
}, 20_000)
