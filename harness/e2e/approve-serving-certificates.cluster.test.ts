import { beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions } from '../../lib/index.ts'
import { kubeletCertificate } from './inspect/certificates.ts'
import { kubectl } from './inspect/kube.ts'
import { shell } from './inspect/shell.ts'
import { partsCluster, type PartsCluster } from './e2e-cluster.ts'
import { walkOf, type Walk } from './stepped-run.ts'

/** What a kubelet asks for, and what it must not get. Each is made with the worker kubelet's own credentials. */
const requests = {
  right: ({ worker }: PartsCluster) => `DNS:${worker.name},IP:${worker.address}`,
  'wrong-name': ({ worker }: PartsCluster) => `DNS:${worker.name},DNS:kubernetes.default.svc`,
  'wrong-address': ({ worker, first }: PartsCluster) => `DNS:${worker.name},IP:${first.address}`,
} as const

describe('serving certificates of kubelets (serverTLSBootstrap)', () => {
  let parts: PartsCluster
  let walk: Walk

  const ask = (name: string, names: string) =>
    shell(
      parts.worker,
      `
request=$(openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null \
  -subj /O=system:nodes/CN=system:node:${parts.worker.name} -addext subjectAltName=${names} 2> /dev/null | base64 -w0)
kubectl --kubeconfig /etc/kubernetes/kubelet.conf create --filename - <<EOF_REQUEST
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: ${name} }
spec:
  request: $request
  signerName: kubernetes.io/kubelet-serving
  usages: [digital signature, server auth]
EOF_REQUEST`,
    )
  const stateOf = (name: string) =>
    kubectl(parts.first, [
      ...['get', 'csr', name, '--output', 'jsonpath={.spec.username} {.status.conditions[*].type}'],
    ])

  beforeAll(async () => {
    parts = await partsCluster()
    walk = await walkOf(parts, defaultOptions)
    // Where an earlier file left the cluster destroyed.
    if ((await shell(parts.first, 'ls /etc/kubernetes 2> /dev/null || true')) === '') await walk.finish()
  })

  test('what is the machine’s own is approved, and what is not is denied', async () => {
    const user = `system:node:${parts.worker.name}`
    for (const [name, names] of Object.entries(requests)) await ask(name, names(parts))
    expect(await stateOf('right')).toBe(`${user} `.trim())
    const lost = 'rm /var/lib/kubelet/pki/kubelet-server-current.pem && systemctl restart kubelet'
    await shell(parts.worker, lost)
    await walk.only('approve-serving-certificates')
    expect(await stateOf('right')).toBe(`${user} Approved`)
    expect(await stateOf('wrong-name')).toBe(`${user} Denied`)
    expect(await stateOf('wrong-address')).toBe(`${user} Denied`)
    const denied = walk.events.filter(({ type }) => type === 'request.denied')
    expect(denied).toContainEqual({
      type: 'request.denied',
      node: parts.worker.name,
      request: 'wrong-name',
      reason: `kubernetes.default.svc is not ${parts.worker.name}'s`,
    })
    expect(denied).toContainEqual({
      type: 'request.denied',
      node: parts.worker.name,
      request: 'wrong-address',
      reason: `${parts.first.address} is not ${parts.worker.name}'s`,
    })
  })

  test('the kubelet serves with the certificate that it got', async () => {
    const ca = (await parts.first.readFile('/etc/kubernetes/pki/ca.crt')).toString()
    expect(await kubeletCertificate(parts.worker, 'server', ca)).toBe('signed')
    const served = `openssl s_client -connect ${parts.worker.address}:10250 -CAfile /etc/kubernetes/pki/ca.crt \
  -verify_return_error < /dev/null 2> /dev/null | sed -n 's/^ *Verify return code: //p' | head -n 1`
    expect(await shell(parts.first, served)).toBe('0 (ok)')
  })
})
