import {
  CertificatesV1Api,
  type KubeConfig,
  type V1CertificateSigningRequest,
  V1CertificateSigningRequestStatus,
} from '@kubernetes/client-node'
import { waitFor } from '../../lib/wait.ts'
import type { Machine } from '../ports.ts'

const signerName = 'kubernetes.io/kubelet-serving'
const timeoutMs = 120_000

export interface ServingRequestsOptions {
  readonly api: () => Promise<KubeConfig>
  readonly machines: readonly Machine[]
  readonly signal: AbortSignal
}

/**
 * Approves what the kubelets of a new cluster with serverTLSBootstrap ask for, as its operator would, until each has its serving
 * certificate: nothing in a cluster approves it, and without it neither logs nor exec work. Only requests that are that node's own are
 * approved. Rejects with WaitTimeoutError after 120 s.
 */
export async function approveServingRequests({ api, machines, signal }: ServingRequestsOptions): Promise<void> {
  await waitFor(
    'the serving certificates of all kubelets',
    async () => {
      const certificates = (await api()).makeApiClient(CertificatesV1Api)
      const { items } = await certificates.listCertificateSigningRequest({
        fieldSelector: `spec.signerName=${signerName}`,
      })
      const missing: string[] = []
      for (const machine of machines) {
        const own = items.filter(({ spec }) => spec.username === `system:node:${machine.name}`)
        if (own.some(({ status }) => status?.certificate)) continue
        missing.push(machine.name)
        for (const request of own.filter((one) => !isDecided(one))) {
          const problem = servingRequestProblem(machine, request, await certificateTextOf(machine, request, signal))
          if (problem === undefined) await approve(certificates, request)
          else missing.push(`(${problem})`)
        }
      }
      if (missing.length > 0) throw new Error(`still without: ${missing.join(', ')}`)
      return true
    },
    { timeoutMs, intervalMs: 500, signal },
  )
}

const isDecided = ({ status }: V1CertificateSigningRequest) => (status?.conditions ?? []).length > 0

/** As openssl prints the request; the machine's own openssl, because node cannot read requests. */
async function certificateTextOf(
  machine: Machine,
  { spec }: V1CertificateSigningRequest,
  signal: AbortSignal,
): Promise<string> {
  const input = Buffer.from(spec.request, 'base64').toString()
  const argv = ['openssl', 'req', '-noout', '-text', '-nameopt', 'sep_comma_plus', '-verify'] as const
  return (await machine.exec(argv, { input, timeoutMs: 10_000, signal })).stdout
}

/**
 * Why a request for a kubelet's serving certificate must not be approved; undefined when it is that machine's own: the usages of the
 * signer, and no name and no address but the machine's (what k8s.io/kubernetes checks, and what it leaves to the approver).
 */
export function servingRequestProblem(
  { name, address }: Pick<Machine, 'name' | 'address'>,
  { spec }: Pick<V1CertificateSigningRequest, 'spec'>,
  text: string,
): string | undefined {
  const usages = (spec.usages ?? []).filter((usage) => usage !== 'key encipherment').sort()
  if (usages.join() !== 'digital signature,server auth') return `usages ${usages.join(', ')}`
  if (!spec.groups?.includes('system:nodes')) return 'asked by nobody of system:nodes'
  return wrongSubject(name, text) ?? wrongNames([`DNS:${name}`, `IP Address:${address}`], text)
}

function wrongSubject(name: string, text: string): string | undefined {
  const subject = /^\s*Subject: (.*)$/m.exec(text)?.[1]?.replaceAll(' ', '')
  return subject === `O=system:nodes,CN=system:node:${name}` ? undefined : `subject ${subject ?? 'none'}`
}

function wrongNames(own: readonly string[], text: string): string | undefined {
  const names = /Subject Alternative Name:[^\n]*\n\s*([^\n]+)/.exec(text)?.[1]?.split(/,\s*/) ?? []
  const strange = names.filter((one) => !own.includes(one))
  if (strange.length > 0) return `made out to ${strange.join(', ')} too`
  return names.length === 0 ? 'made out to nobody' : undefined
}

async function approve(certificates: CertificatesV1Api, request: V1CertificateSigningRequest): Promise<void> {
  const condition = {
    type: 'Approved',
    status: 'True',
    reason: 'DrillApproved',
    message: 'the names are the node’s own',
  }
  request.status = Object.assign(request.status ?? new V1CertificateSigningRequestStatus(), { conditions: [condition] })
  await certificates.replaceCertificateSigningRequestApproval({ name: request.metadata?.name ?? '', body: request })
}
