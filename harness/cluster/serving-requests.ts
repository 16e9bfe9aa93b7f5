import {
  CertificatesV1Api,
  type KubeConfig,
  type V1CertificateSigningRequest,
  V1CertificateSigningRequestStatus,
} from '@kubernetes/client-node'
import { servingProblem, waitFor } from '../../lib/index.ts'
import type { Machine } from '../model/cluster.ts'

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
          const { name, address } = machine
          const { signerName: signer, username, groups, usages, request: pem } = request.spec
          const spec = { signerName: signer, username, groups, usages, request: pem }
          const problem = servingProblem({ spec }, { name, addresses: [address], unproven: [] })
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
