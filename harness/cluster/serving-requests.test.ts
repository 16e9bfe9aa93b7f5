import type { KubeConfig, V1CertificateSigningRequest } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import * as requests from '../../lib/testing/serving-requests.ts'
import type { Machine } from '../model/cluster.ts'
import { approveServingRequests } from './serving-requests.ts'

const asked = (name: string, pem: string): V1CertificateSigningRequest => ({
  metadata: { name },
  spec: {
    request: Buffer.from(pem).toString('base64'),
    signerName: 'kubernetes.io/kubelet-serving',
    usages: ['digital signature', 'server auth'],
    groups: ['system:nodes', 'system:authenticated'],
    username: `system:node:${requests.ofKubelet === pem ? 'vari-control-plane2' : 'w1'}`,
  },
})

/** A cluster that signs what is approved. */
function cluster(items: readonly V1CertificateSigningRequest[]) {
  const approved: string[] = []
  const client = {
    listCertificateSigningRequest: async () => ({ items }),
    replaceCertificateSigningRequestApproval: async ({
      name,
      body,
    }: {
      name: string
      body: V1CertificateSigningRequest
    }) => {
      approved.push(name)
      Object.assign(body.status ?? {}, { certificate: 'signed' })
    },
  }
  const api = async () => ({ makeApiClient: () => client }) as unknown as KubeConfig
  return { approved, api }
}

const machine = (name: string, address: string) => ({ name, address }) as Machine
const twoMachines = [machine('vari-control-plane2', '172.18.0.7'), machine('w1', '10.0.0.5')]

test('approves what is the machine’s own, until each has its certificate', async () => {
  const { approved, api } = cluster([asked('one', requests.ofKubelet)])
  await approveServingRequests({ api, machines: twoMachines.slice(0, 1), signal: AbortSignal.timeout(5000) })
  expect(approved).toEqual(['one'])
})

test('approves nothing that asks for another’s name, and says so when its time is over', async () => {
  const { approved, api } = cluster([asked('one', requests.ofKubelet), asked('wrong', requests.foreignName)])
  const signal = AbortSignal.timeout(1200)
  await expect(approveServingRequests({ api, machines: twoMachines, signal })).rejects.toThrow()
  expect(approved).toEqual(['one'])
})
