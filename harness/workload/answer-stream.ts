import type { ServerResponse } from 'node:http'
import { lineIntervalMs } from '../model/probe-path.ts'
import type { Answer, StreamLine } from './answer.ts'

/** The path of the stream. */
export const streamPath = '/stream'

/**
 * Sends lines on an absolute grid, the first at once, until the connection ends. They are numbered from 1 on each stream.
 * @param send puts a line on its way; default at once
 */
export function streamAnswers(
  response: ServerResponse,
  { pod, nonce }: Pick<Answer, 'pod' | 'nonce'>,
  send: (line: string) => void = (line) => void response.write(line),
): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  const startMs = performance.now()
  let count = 0
  let timer: NodeJS.Timeout | undefined
  const next = (): void => {
    const line: StreamLine = { pod, nonce, count: ++count, sentNs: String(process.hrtime.bigint()) }
    send(`${JSON.stringify(line)}\n`)
    timer = setTimeout(next, Math.max(0, startMs + count * lineIntervalMs - performance.now()))
  }
  response.on('close', () => clearTimeout(timer))
  next()
}
