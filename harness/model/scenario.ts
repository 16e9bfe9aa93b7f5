import type { RecoveryOptions } from '../../lib/engine/options.ts'
import type { Check } from './check.ts'
import type { Cluster, Supported, Topology } from './cluster.ts'
import type { DrillContext } from './context.ts'
import { exitCodes } from './errors.ts'
import type { Proof } from './proof.ts'
import type { Expectation } from './run-record.ts'
import type { Subject } from './subject.ts'

/** Something that is destroyed. A scenario composes them; each proves itself. */
export interface Loss {
  readonly id: string
  /** What is destroyed where, one line. */
  readonly title: string
  /** What `prove` must see, a line each; for `drill explain`. */
  readonly provedBy: readonly string[]
  /** What a right repair must replace because of it. */
  readonly replaces: readonly Subject[]
  /** The only control plane where it may, counted from 1. Default: every machine. */
  readonly replacesOn?: number
  /** Of that, what is still accepted for a while, so that nothing breaks that was issued by it. Default: nothing. */
  readonly stillAccepted?: readonly Subject[]
  /** What may be new although nothing of it was lost, because it ends by itself then: a leader that cannot renew its lease. Default: nothing. */
  readonly mayRestart?: readonly Subject[]
  /** Whether the drill gives it back itself before the repair, as an operator does from a backup. Default: no. */
  readonly givenBack?: boolean
  /** Puts back what a refused repair leaves lost, once the drill is over, for the next drill of a series. Default: it stays lost. */
  readonly putBack?: (cluster: Pick<Cluster, 'controlPlanes'>) => Promise<void>
  supports(topology: Topology): Supported
  inject(context: DrillContext): Promise<void>
  /** Waits, bounded, until the loss is seen or it is sure that it is not. Never throws for a loss that is not seen. */
  prove(context: DrillContext): Promise<Proof>
}

/** The time that a milestone may take, counted from the milestone `recovery-started`. */
export interface MilestoneBudget {
  /** With one control plane and one or two workers. */
  readonly ms: number
  /** What each further control plane may add: they share the cores of one host. Default 0. */
  readonly perControlPlaneMs?: number
  /** What each worker after the second may add. Default 0. */
  readonly perWorkerMs?: number
}

/** The processor time that the repair may use, by the machines and by its own processes, until `recovered`. */
export interface CpuBudget {
  /** With one control plane and one or two workers. */
  readonly seconds: number
  /** What each further control plane may add. Default 0. */
  readonly perControlPlane?: number
  /** What each worker after the second may add. Default 0. */
  readonly perWorker?: number
}

export interface Budgets {
  readonly longestGapMs: number
  readonly failedProbes: number
  /** So much must be measured on every path that a failure of one request in this many would be seen with 99 %. */
  readonly detectableOneIn: number
  /** By the id of the milestone. */
  readonly milestones: Readonly<Record<string, MilestoneBudget>>
  /** Neighbours hardly change it, unlike the times of the milestones. Undefined where nothing is repaired. */
  readonly cpuSeconds?: CpuBudget
}

/** A way in which a scenario is drilled regularly. */
export interface Drill {
  /** What is special about it, as the end of a sentence: `on three control planes`. */
  readonly title: string
  readonly topology: Topology
  /** Further options of `drill run`. */
  readonly options?: readonly string[]
  /** Before every change lands, from the checkout (`ci`) or by the installed package; or only each night, as do all the others too. */
  readonly in: 'ci' | 'package' | 'nightly'
}

/** One disaster, as data. */
export interface Scenario {
  /** Names the loss: `lost-pki`. */
  readonly id: string
  readonly title: string
  /** One sentence: what the drill claims will happen. */
  readonly hypothesis: string
  /** What happened to the cluster before the drill looks at it: a disaster that was repaired, if any, and what was done since. */
  readonly earlier?: { readonly losses: readonly Loss[]; readonly edits: Loss }
  /** Empty: nothing is destroyed and nothing repaired. */
  readonly losses: readonly Loss[]
  /** Who repairs unless `--recovery` says otherwise; undefined where nothing is repaired. */
  readonly recovery?: string
  readonly checks: readonly Check[]
  readonly budgets: Budgets
  /** The outcome that this scenario is made to give, and the one source of the expected exit code. */
  readonly expects: Expectation
  /** The one source of what CI drills. */
  readonly drills: readonly Drill[]
}

/** Everything that a right repair of the scenario must replace, each once. */
export function replacedIn({ losses }: Pick<Scenario, 'losses'>): readonly Subject[] {
  return [...new Set(losses.flatMap(({ replaces }) => replaces))]
}

/** The only control plane, counted from 1, where a right repair replaces anything; null where it may be any machine. */
export function replacedOnlyOn({ losses }: Pick<Scenario, 'losses'>): number | null {
  const places = new Set(
    losses.flatMap(({ replaces, replacesOn }) => (replaces.length > 0 ? [replacesOn ?? null] : [])),
  )
  const [place = null] = places
  return places.size === 1 ? place : null
}

/** What a right repair of a scenario must replace, and what of that is still accepted. */
export interface Expected {
  readonly replaces: readonly Subject[]
  readonly stillAccepted: readonly Subject[]
  readonly mayRestart: readonly Subject[]
}

/** Leaders end when they cannot renew their lease for 10 s (renewDeadline), as while a slow host starts one of these again. */
const leaders: readonly Subject[] = ['controller-manager-processes', 'scheduler-processes']
const neededForLeases: ReadonlySet<Subject> = new Set(['etcd-pod', 'api-server-pod', 'api-server-processes'])

/** What a right repair with these options must do, each subject once. */
export function expectedOf(
  scenario: Pick<Scenario, 'losses'>,
  { tokens, compromised }: Partial<Pick<RecoveryOptions, 'tokens' | 'compromised'>> = {},
): Expected {
  const replaces = replacedIn(scenario)
  const stillAccepted = new Set(scenario.losses.flatMap((loss) => loss.stillAccepted ?? []))
  if (compromised === 'sa-key') stillAccepted.delete('sa-key')
  const endedLeaders = replaces.some((subject) => neededForLeases.has(subject)) ? leaders : []
  const isLazy = tokens === 'lazy' && stillAccepted.has('sa-key')
  return {
    replaces: replaces.filter((subject) => !(isLazy && subject === 'kubelet-processes')),
    stillAccepted: replaces.filter((subject) => stillAccepted.has(subject)),
    mayRestart: [...new Set([...scenario.losses.flatMap((loss) => loss.mayRestart ?? []), ...endedLeaders])].filter(
      (subject) => !replaces.includes(subject),
    ),
  }
}

/** The first objection of the losses against a topology. */
export function supportsTopology({ losses }: Pick<Scenario, 'losses'>, topology: Topology): Supported {
  return losses.map((loss) => loss.supports(topology)).find(({ ok }) => !ok) ?? { ok: true }
}

/**
 * Whether the cluster is as before once a drill of the scenario has passed, so that another can use it: all that was lost is
 * replaced or put back, nothing lost is accepted any longer, and no past was made for it.
 */
export function leavesClusterWhole({
  losses,
  earlier,
  expects,
}: Pick<Scenario, 'losses' | 'earlier' | 'expects'>): boolean {
  const isUndone = ({ replaces, stillAccepted = [], givenBack = replaces.length > 0 }: Loss) =>
    givenBack && stillAccepted.length === 0
  if (earlier !== undefined) return false
  return expects === 'pass' ? losses.every(isUndone) : losses.length > 0 && losses.every(({ putBack }) => putBack)
}

/** How many control planes and workers there are beyond those that a budget is stated for. */
const further = ({ controlPlanes, workers }: Topology) => ({
  controlPlanes: controlPlanes - 1,
  workers: Math.max(0, workers - 2),
})

/** The milestones' budgets with as many machines, as run.json stores them. */
export function milestoneBudgets({ milestones }: Budgets, topology: Topology): Record<string, { ms: number }> {
  const { controlPlanes, workers } = further(topology)
  return Object.fromEntries(
    Object.entries(milestones).map(([id, { ms, perControlPlaneMs = 0, perWorkerMs = 0 }]) => [
      id,
      { ms: ms + controlPlanes * perControlPlaneMs + workers * perWorkerMs },
    ]),
  )
}

/** The CPU-seconds that the repair may use with as many machines; null where there is no budget. */
export function cpuBudget({ cpuSeconds }: Budgets, topology: Topology): number | null {
  if (!cpuSeconds) return null
  const { seconds, perControlPlane = 0, perWorker = 0 } = cpuSeconds
  const { controlPlanes, workers } = further(topology)
  return seconds + controlPlanes * perControlPlane + workers * perWorker
}

/** The exit code of a drill that ends as its scenario expects. */
export function expectedExitCode({ expects }: Pick<Scenario, 'expects'>): number {
  return exitCodes[typeof expects === 'string' ? expects : 'pass']
}
