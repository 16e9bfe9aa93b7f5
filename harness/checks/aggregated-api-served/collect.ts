import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import type { DrillContext } from '../../model/context.ts'
import { redact } from '../../store/redact.ts'
import { apiGet } from '../../observe/api-get.ts'
import { eventually, momentOf, momentSchema } from '../../observe/collecting.ts'
import { fingerprintsIn } from '../../observe/fingerprints.ts'
import { publishedCas } from '../../observe/published-cas.ts'

export const aggregatedApiSchema = momentSchema.extend({
  available: z.boolean().describe('Condition Available of the APIService'),
  reason: z.string(),
  status: z.number().int().nullable().describe('HTTP status of a request through the API server; null when none came'),
  user: z.string().nullable().describe('Whom the extension API server took the caller for'),
  problem: z.string().nullable(),
  namedCas: z.array(z.string()).describe('SHA-256 of every CA that ConfigMap extension-apiserver-authentication names'),
  usedCas: z.array(z.string()).describe('SHA-256 of ca.crt and front-proxy-ca.crt of every control plane'),
})
export type AggregatedApi = z.infer<typeof aggregatedApiSchema>

/**
 * The API server asks an extension API server that it found unavailable again after up to 30 s, and that one re-reads its trust every
 * 3 s with a token that its kubelet must renew first.
 */
const patienceMs = 40_000

/** Stores evidence `aggregated-api-<when>`: whether the workload's extension API is served through the API server, and by which CAs. */
export function collectAggregatedApi(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`aggregated-api-${when}`, async (): Promise<AggregatedApi> => {
    const { signal } = context
    const isServed = ({ available, status }: AggregatedApi) => available && status === 200
    return eventually(() => observe(context), isServed, { patienceMs, signal })
  })
}

const serviceSchema = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string(), message: z.string() }))
        .default([]),
    })
    .default({ conditions: [] }),
})
const echoSchema = z.object({ kind: z.literal('Echo'), user: z.string() })

async function observe(context: DrillContext): Promise<AggregatedApi> {
  const { signal } = context
  const config = await context.api()
  const moment = momentOf(context)
  const [service, echo, namedCas, usedCas] = await Promise.all([
    apiGet(config, '/apis/apiregistration.k8s.io/v1/apiservices/v1.drill.example', signal),
    askEcho(config, signal),
    publishedCas(config, signal),
    usedCasOf(context),
  ])
  const { conditions } = serviceSchema.parse(JSON.parse(service.body)).status
  const condition = conditions.find(({ type }) => type === 'Available')
  return {
    ...moment,
    available: condition?.status === 'True',
    reason: condition ? `${condition.reason}: ${condition.message}`.slice(0, 300) : 'no condition Available',
    ...echo,
    namedCas: [...namedCas],
    usedCas,
  }
}

async function askEcho(
  config: Parameters<typeof apiGet>[0],
  signal: AbortSignal,
): Promise<Pick<AggregatedApi, 'status' | 'user' | 'problem'>> {
  try {
    const { status, body } = await apiGet(config, '/apis/drill.example/v1/echoes/self', signal)
    if (status !== 200) return { status, user: null, problem: redact(body).trim().slice(0, 300) }
    return { status, user: echoSchema.parse(JSON.parse(body)).user, problem: null }
  } catch (error) {
    signal.throwIfAborted()
    return { status: null, user: null, problem: redact(String(error)).slice(0, 300) }
  }
}

async function usedCasOf({ cluster, signal }: DrillContext): Promise<string[]> {
  const files = ['/etc/kubernetes/pki/ca.crt', '/etc/kubernetes/pki/front-proxy-ca.crt']
  const texts = await Promise.all(
    cluster.controlPlanes.map((machine) => machine.exec(['cat', ...files], { timeoutMs: 10_000, signal })),
  )
  return [...new Set(texts.flatMap(({ stdout }) => fingerprintsIn(stdout)))]
}
