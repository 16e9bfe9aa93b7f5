import { PreconditionError } from '../engine/errors.ts'

/** A machine's clock against this host's, milliseconds; positive is ahead. */
export interface ClockOffset {
  readonly name: string
  readonly offsetMs: number
}

/**
 * Certificates from a clock that is ahead are not valid yet on the other machines, and tokens from one that is behind
 * have expired: kubeadm backdates certificates by 5 minutes only (CertificateBackdate).
 */
const allowedMs = 120_000

/** Throws PreconditionError for machines whose clock differs from that of most machines. */
export function refuseWrongClocks(offsets: readonly ClockOffset[]): void {
  const sorted = offsets.map(({ offsetMs }) => offsetMs).sort((one, other) => one - other)
  // With two machines it is unknown which is wrong; this host's own clock decides.
  const usual = sorted.length > 2 ? (sorted[Math.floor(sorted.length / 2)] ?? 0) : 0
  const wrong = offsets.filter(({ offsetMs }) => Math.abs(offsetMs - usual) > allowedMs)
  if (wrong.length === 0) return
  const named = wrong.map(({ name, offsetMs }) => {
    const seconds = Math.round((offsetMs - usual) / 1000)
    return `${name} is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`
  })
  throw new PreconditionError(
    `clocks differ: ${named.join(', ')}; nothing was changed: set them right (chronyc makestep) and start again`,
    { reason: 'clock-differs' },
  )
}
