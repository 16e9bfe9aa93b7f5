/** What every process of the workload says of itself; the prober demands exactly this shape. */
export interface Answer {
  /** Name of the pod. */
  readonly pod: string
  /** Drawn once when the process began: another nonce is another process. */
  readonly nonce: string
  /** Requests answered since then; of a line of a stream, its number there. */
  readonly count: number
}

/** A line of a stream. */
export interface StreamLine extends Answer {
  /** CLOCK_MONOTONIC when it was sent, nanoseconds in decimal. Containers share the kernel's clock. */
  readonly sentNs: string
}

/** The answer in a response's body, or undefined when the body is anything else. */
export function parseAnswer(body: string): Answer | undefined {
  const value = parsed(body)
  return isAnswer(value) ? value : undefined
}

/** A line of a stream, or undefined when it is anything else. */
export function parseStreamLine(text: string): StreamLine | undefined {
  const value = parsed(text)
  return isAnswer(value) && 'sentNs' in value && typeof value.sentNs === 'string' && /^\d+$/.test(value.sentNs)
    ? { ...value, sentNs: value.sentNs }
    : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isAnswer(value: unknown): value is Answer {
  if (typeof value !== 'object' || value === null) return false
  const { pod, nonce, count } = value as Partial<Record<string, unknown>>
  return typeof pod === 'string' && pod !== '' && typeof nonce === 'string' && nonce !== '' && typeof count === 'number'
}
