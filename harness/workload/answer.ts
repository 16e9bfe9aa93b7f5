/** What every process of the workload says of itself; the prober demands exactly this shape. */
export interface Answer {
  /** Name of the pod. */
  readonly pod: string
  /** Drawn once when the process began: another nonce is another process. */
  readonly nonce: string
  /** Requests answered since then. */
  readonly count: number
}

/** The answer in a response's body, or undefined when the body is anything else. */
export function parseAnswer(body: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isAnswer(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isAnswer(value: unknown): value is Answer {
  if (typeof value !== 'object' || value === null) return false
  const { pod, nonce, count } = value as Partial<Record<string, unknown>>
  return typeof pod === 'string' && pod !== '' && typeof nonce === 'string' && nonce !== '' && typeof count === 'number'
}
