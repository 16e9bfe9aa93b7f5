import { expect, it, test } from 'vitest'
import { CommandError, WaitTimeoutError } from '../engine/errors.ts'
import { etcdOnDisk } from '../testing/etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { describeRefusal, refusalIn, refusalOf } from './admission.ts'

const uncallable =
  'Error from server (InternalError): Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: Post "https://guard.shop.svc:443/?timeout=5s": EOF'

test.each([
  [uncallable, { name: 'webhook "guard.example.com"', how: 'cannot be called' }],
  [
    'Error from server: admission webhook "guard.example.com" denied the request: cannot ask the API',
    { name: 'webhook "guard.example.com"', how: 'denies it' },
  ],
  [
    "The configmaps \"kube-root-ca.crt\" is invalid: : ValidatingAdmissionPolicy 'frozen' with binding 'frozen' denied request: no",
    { name: 'policy "frozen"', how: 'denies it' },
  ],
  [
    // As the API writes it: in JSON.
    String.raw`{"status":"Failure","message":"admission webhook \"guard.example.com\" denied the request: no","code":403}`,
    { name: 'webhook "guard.example.com"', how: 'denies it' },
  ],
  [
    'The Secret "ci" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    { name: 'object itself', how: 'is immutable' },
  ],
  ['Error from server (NotFound): configmaps "kube-root-ca.crt" not found', undefined],
])('%s', (text, refusal) => {
  expect(refusalIn(text)).toEqual(refusal)
})

it('is found behind a wait, and in no other error', () => {
  const result = { argv: [], exitCode: 1, stdout: '', stderr: uncallable, durationMs: 1 }
  const cause = new CommandError('m1', result)
  expect(refusalOf(new WaitTimeoutError('the API answers', 1, { cause }))).toMatchObject({ how: 'cannot be called' })
  expect(refusalOf(new Error(uncallable))).toBeUndefined()
})

it('is described with the configuration of the webhook, and the Service behind it', async () => {
  const webhook = { name: 'guard.example.com', clientConfig: { service: { namespace: 'shop', name: 'guard' } } }
  const node = fakeNode('m1', 'control-plane', {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
    ...etcdOnDisk,
    'get /apis/admissionregistration*': apiAnswer(
      { items: [{ metadata: { name: 'shop' }, webhooks: [{ name: 'other' }, webhook] }] },
      { items: [] },
    ),
  })
  const cluster = await surveyed(fakeContext([node], plain))
  const refusal = refusalIn(uncallable)
  expect(refusal && (await describeRefusal(cluster, refusal, new AbortController().signal))).toBe(
    'the webhook "guard.example.com" (validatingwebhookconfigurations/shop, served by shop/guard) cannot be called',
  )
})
