import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { TargetFault } from '../../model/calibration-plan.ts'
import { dnsAnswer } from '../dns/dns-message.ts'

export interface DatagramOptions {
  readonly host: string
  /** The right answer. */
  readonly address: string
  readonly lateMs: number
  readonly fault: () => TargetFault | undefined
  /** Keeps an answer until the fault ends. */
  readonly hold: (send: () => void) => void
}

/** Answers queries for names on loopback, as the fault allows. Closed, queries are refused. */
export function datagramTarget({ host, address, lateMs, fault, hold }: DatagramOptions) {
  let socket: Socket | undefined
  const answer = (query: Buffer, port: number): void => {
    const send = (message: Buffer): void => socket?.send(message, port, host)
    const right = (): void => send(dnsAnswer(query, address))
    const now = fault()
    if (now === 'drop') return
    if (now === 'freeze') hold(right)
    else if (now === 'latency') setTimeout(right, lateMs)
    else if (now === 'wrong-body') send(dnsAnswer(query, '192.0.2.2'))
    else if (now === 'cut-body') send(dnsAnswer(query, address).subarray(0, -6))
    else right()
  }
  return {
    /** Rejects where the port is taken. */
    async open(port: number): Promise<void> {
      const opening = createSocket('udp4').bind({ port, address: host, exclusive: true })
      await once(opening, 'listening')
      opening.on('message', (query, from) => answer(query, from.port))
      socket = opening
    },
    close(): void {
      socket?.close()
      socket = undefined
    },
  }
}
