import type { PlannedPulse } from '../../model/calibration-plan.ts'
import { nullPathId, type ProbePath, type Vantage } from '../../model/probe-path.ts'

/** All that a prober knows, as JSON; it never asks an API. */
export interface ProbePlan {
  /** Names the files that are the prober's own, such as its heartbeat. */
  readonly name: string
  /** Default `worker`. */
  readonly vantage?: Vantage
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

/** How the vantages other than the worker read in a title. */
const besides: Readonly<Record<Vantage, string>> = { worker: '', pod: ', inside a pod', outside: ', outside' }

/** The path of the prober to a server inside itself: what fails there is the prober's own doing. */
export const nullPath = (vantage: Vantage = 'worker') =>
  ({ id: nullPathId(vantage), title: `Prober to itself${besides[vantage]}`, connection: 'reused' }) as const

/**
 * How often, in intervals of the prober, it asks itself and its sibling: what holds it up is noticed by its loop and by every other path
 * as well.
 */
export const nullEvery = 5

/** The path of the prober to an ordinary process beside it: what fails there is this host's doing (sibling.ts). */
export const siblingPath = { id: 'null-sibling', title: 'Prober to an ordinary process', connection: 'reused' } as const

export interface Target {
  readonly host: string
  readonly port: number
  readonly path: string
  /** As in ProbePath. */
  readonly status?: number
  /** By TLS, whatever certificate is shown: who is there is not asked, and what vouches for it may just be replaced. */
  readonly tls?: true
  /** Instead of host and port. */
  readonly socketPath?: string
}

/** Throws for anything but HTTP to a literal IPv4 address, or to a Unix socket without a file (unix(7), abstract). */
export function targetOf(url: string): Target {
  const { protocol, pathname } = new URL(url)
  if (protocol === 'unix:') return { host: '', port: 0, path: '/', socketPath: `\0${pathname.slice(1)}` }
  return protocol === 'https:'
    ? { ...literal(url, 'https:', 443, 'https://172.18.0.2:6443/readyz'), tls: true }
    : literal(url, 'http:', 80, 'http://10.244.1.3:8080/')
}

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
