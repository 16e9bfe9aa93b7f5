import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { libraryRecovery, workDir } from '../../lib/index.ts'
import { clusterCa, kubeletCertificate } from './inspect/certificates.ts'
import { kubectl } from './inspect/kube.ts'
import { shell } from './inspect/shell.ts'
import { e2eCluster, type E2eCluster } from './e2e-cluster.ts'
import { steppedRunOf, withoutLateClients, type SteppedRun } from './stepped-run.ts'

/** What a kubelet asks for, and what it must not get. Each is made with the worker kubelet's own credentials. */
const requests = {
  right: ({ worker }: E2eCluster) => `DNS:${worker.name},IP:${worker.address}`,
  'wrong-name': ({ worker }: E2eCluster) => `DNS:${worker.name},DNS:kubernetes.default.svc`,
  'wrong-address': ({ worker, first }: E2eCluster) => `DNS:${worker.name},IP:${first.address}`,
} as const

describe('serving certificates of kubelets (serverTLSBootstrap)', () => {
  let e2e: E2eCluster
  let run: SteppedRun

  const ask = (name: string, names: string) =>
    shell(
      e2e.worker,
      `
request=$(openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null \
  -subj /O=system:nodes/CN=system:node:${e2e.worker.name} -addext subjectAltName=${names} 2> /dev/null | base64 -w0)
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
    kubectl(e2e.first, [...['get', 'csr', name, '--output', 'jsonpath={.spec.username} {.status.conditions[*].type}']])

  beforeAll(async () => {
    e2e = await e2eCluster()
    run = await steppedRunOf(e2e, withoutLateClients(libraryRecovery()))
    // Where an earlier file left the cluster destroyed.
    if ((await shell(e2e.first, 'ls /etc/kubernetes 2> /dev/null || true')) === '') await run.finish()
  })

  afterAll(() => shell(e2e.worker, `rm -f ${workDir}/kubelet-renewed`))

  test('a request for the own names of the machine is approved, and any other is denied', async () => {
    const user = `system:node:${e2e.worker.name}`
    for (const [name, names] of Object.entries(requests)) await ask(name, names(e2e))
    expect(await stateOf('right')).toBe(`${user} `.trim())
    const lost = 'rm /var/lib/kubelet/pki/kubelet-server-current.pem && systemctl restart kubelet'
    await shell(e2e.worker, lost)
    // The repair gave this kubelet no new identity: whoever decided on its requests before decides on these.
    await run.only('approve-serving-certificates')
    expect(await stateOf('right')).toBe(user)
    await shell(e2e.worker, `mkdir -pm 700 ${workDir} && touch ${workDir}/kubelet-renewed`)
    await run.only('approve-serving-certificates')
    expect(await stateOf('right')).toBe(`${user} Approved`)
    expect(await stateOf('wrong-name')).toBe(`${user} Denied`)
    expect(await stateOf('wrong-address')).toBe(`${user} Denied`)
    const denied = run.events.filter(({ type }) => type === 'request.denied')
    expect(denied).toContainEqual({
      type: 'request.denied',
      node: e2e.worker.name,
      request: 'wrong-name',
      reason: 'kubernetes.default.svc is a name of the API or of a Service',
    })
    expect(denied).toContainEqual({
      type: 'request.denied',
      node: e2e.worker.name,
      request: 'wrong-address',
      reason: `${e2e.first.address} is not ${e2e.worker.name}'s`,
    })
  })

  test('the kubelet serves with the certificate that it got', async () => {
    const ca = await clusterCa(e2e.first)
    expect(await kubeletCertificate(e2e.worker, 'server', ca)).toBe('signed')
    const served = `openssl s_client -connect ${e2e.worker.address}:10250 -CAfile /etc/kubernetes/pki/ca.crt \
  -verify_return_error < /dev/null 2> /dev/null | sed -n 's/^ *Verify return code: //p' | head -n 1`
    expect(await shell(e2e.first, served)).toBe('0 (ok)')
  })
})
