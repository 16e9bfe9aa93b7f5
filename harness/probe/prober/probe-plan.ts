import type { PlannedPulse } from '../../model/calibration-plan.ts'
import type { ProbePath } from '../../model/probe-path.ts'

/** All that a prober knows, as JSON; it never asks an API. */
export interface ProbePlan {
  /** Names the files that are the prober's own, such as its heartbeat. */
  readonly name: string
  /** CLOCK_MONOTONIC at the run's zero, nanoseconds in decimal. Containers share the kernel's clock. */
  readonly originNs: string
  /** Of every path that names none of its own. */
  readonly intervalMs: number
  /** From the planned time to the complete answer. */
  readonly deadlineMs: number
  /** The prober ends by itself after this long. */
  readonly maxDurationMs: number
  readonly outDir: string
  /** Wait until this file is there, at most 30 s: by then the prober has been given its scheduling class. */
  readonly releaseFile?: string
  readonly paths: readonly ProbePath[]
  /** Rounds of calibration by name; each is played when it is asked for. Without it there is no calibration target. */
  readonly calibration?: Readonly<Record<string, readonly PlannedPulse[]>>
}

/** The path of the prober to a server inside itself: what fails there is the prober's own doing. */
export const nullPath = { id: 'null', title: 'Prober to itself', connection: 'reused' } as const

/** The path of the prober to an ordinary process beside it: what fails there is this host's doing (sibling.ts). */
export const siblingPath = { id: 'null-sibling', title: 'Prober to an ordinary process', connection: 'reused' } as const

export interface Target {
  readonly host: string
  readonly port: number
  readonly path: string
  /** As in ProbePath. */
  readonly status?: number
}

/** Throws for anything but plain HTTP to a literal IPv4 address. */
export const targetOf = (url: string): Target => literal(url, 'http:', 80, 'http://10.244.1.3:8080/')

/** Throws for anything but a name to ask a literal IPv4 address for; the path is that name. */
export function dnsTargetOf(url: string): Target {
  const { path, ...server } = literal(url, 'dns:', 53, 'dns://10.96.0.10:53/echo.default.svc.cluster.local')
  return { ...server, path: path.slice(1) }
}

function literal(url: string, scheme: string, defaultPort: number, example: string): Target {
  const { protocol, hostname, port, pathname, search } = new URL(url)
  if (protocol !== scheme || !/^\d+\.\d+\.\d+\.\d+$/.test(hostname))
    throw new Error(`${url} is no literal address such as ${example}`)
  return { host: hostname, port: Number(port || defaultPort), path: `${pathname}${search}` }
}
