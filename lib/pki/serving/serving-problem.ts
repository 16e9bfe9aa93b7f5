import { isIP } from 'node:net'
import { messageOf } from '../../engine/errors.ts'
import { objectAt, stringAt, wordsAt } from '../../engine/json.ts'
import type { Json } from '../../model.ts'
import { isServiceName } from './api-names.ts'
import { requestedNames, type RequestedNames } from './certificate-request.ts'

/** The signer of kubelets' serving certificates. It approves nothing itself: anybody's names could be in a request. */
export const servingSigner = 'kubernetes.io/kubelet-serving'

/** A machine as a request for its serving certificate is judged. */
export interface ServingNode {
  /** The name of its Node. */
  readonly name: string
  /** All host names and IP addresses that are this machine's, beside that name. */
  readonly addresses: readonly string[]
  /** Those of which nobody but the machine itself says so. */
  readonly unproven: readonly string[]
}

const usages = ['digital signature', 'key encipherment', 'server auth']

/**
 * Why a CertificateSigningRequest must not become this machine's serving certificate, or undefined when it may, or somebody else has to
 * decide (unprovenIn). The API server has put the requester into it; all else is the requester's word.
 */
export function servingProblem(request: Json, node: ServingNode): string | undefined {
  const spec = objectAt(request, 'spec')
  const user = `system:node:${node.name}`
  const requester = stringAt(spec, 'username') ?? ''
  if (spec['signerName'] !== servingSigner) return `it is for the signer ${String(spec['signerName'])}`
  if (requester !== user) return `${requester} asked for it, not ${user}`
  if (!wordsAt(spec, 'groups').includes('system:nodes')) return `${requester} is not in the group system:nodes`
  const wanted = wordsAt(spec, 'usages')
  const excessive = wanted.find((usage) => !usages.includes(usage))
  if (excessive !== undefined) return `it asks for the usage "${excessive}"`
  if (!wanted.includes('server auth')) return 'it does not ask for the usage "server auth"'
  try {
    return nameProblem(requestedNames(Buffer.from(stringAt(spec, 'request') ?? '', 'base64').toString()), node)
  } catch (error) {
    return messageOf(error)
  }
}

/** What a request without a problem asks for that only an operator can know to be the machine's. */
export function unprovenIn(request: Json, { unproven }: ServingNode): string[] {
  const names = requestedNames(Buffer.from(stringAt(objectAt(request, 'spec'), 'request') ?? '', 'base64').toString())
  const asked = new Set([...names.dnsNames, ...names.ipAddresses].map(canonicalName))
  return unproven.filter((each) => asked.has(canonicalName(each)))
}

function nameProblem(names: RequestedNames, { name, addresses, unproven }: ServingNode): string | undefined {
  if (names.commonNames.join() !== `system:node:${name}`) return `its common name is "${names.commonNames.join()}"`
  if (names.organizations.join() !== 'system:nodes') return `its organization is "${names.organizations.join()}"`
  if (names.others > 0) return 'it holds names that are neither host names nor addresses'
  const asked = [...names.dnsNames, ...names.ipAddresses]
  if (asked.length === 0) return 'it holds no host name and no address'
  const service = names.dnsNames.find(isServiceName)
  if (service !== undefined) return `${service} is a name of the API or of a Service`
  const own = new Set([name, ...addresses, ...unproven].map(canonicalName))
  const foreign = asked.find((each) => !own.has(canonicalName(each)))
  return foreign === undefined ? undefined : `${foreign} is not ${name}'s`
}

/** One spelling for every address and host name. */
export function canonicalName(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address.toLowerCase()
}
