import { fitsDrill, kindVersion } from './kind-path.ts'
import { limits, memoryNeededMb } from './limits.ts'
import { needIds, type Need, type NeedId } from './need.ts'
import { shownCommands } from './plan-lines.ts'
import type { PrivilegedCheck } from './privileged-check.ts'
import type { SetupFacts } from './setup-facts.ts'
import type { SetupPlan } from './setup-plan.ts'

type Line = Pick<Need, 'title' | 'state' | 'found'> & { readonly fix?: string }

/** Pure: doctor's table. What setup's plan says about a need is the command that fixes it. `privileged` is undefined when it could not be tried. */
export function needsOf(facts: SetupFacts, plan: SetupPlan, privileged: PrivilegedCheck | undefined): readonly Need[] {
  const lines: Readonly<Record<NeedId, Line>> = {
    ...engineLines(facts, privileged),
    ...imageLines(facts, plan),
    ...machineLines(facts, plan),
  }
  return needIds.map((id) => {
    const { fix, ...line } = lines[id]
    return { id, ...line, fix: line.state === 'ok' ? '' : (fix ?? fixOf(id, facts, plan)) }
  })
}

/** The commands of the actions that fix it; where drill itself must build or wait for something, setup. */
function fixOf(id: NeedId, { host }: SetupFacts, plan: SetupPlan): string {
  const obstacle = plan.obstacles.find(({ need }) => need === id)
  if (obstacle) return obstacle.fix
  const actions = plan.actions.filter(({ need }) => need === id)
  const byHand =
    actions.length > 0 &&
    actions.every(({ commands, id: action }) => commands.length > 0 && !action.startsWith('engine-'))
  return byHand
    ? actions.flatMap((action) => shownCommands(action, host.rights)).join(' && ')
    : 'npx --no-install drill setup'
}

function engineLines({ engine, kind }: SetupFacts, privileged: PrivilegedCheck | undefined) {
  const answers = engine.state === 'answers'
  const untried = answers ? 'not checked: the engine has no image yet' : 'not checked: no engine'
  return {
    engine: {
      title: 'Docker engine answers',
      state: answers ? 'ok' : 'missing',
      found: answers ? engine.version : engine.reason,
    },
    privileged: {
      title: 'engine starts privileged containers',
      state: privileged?.ok ? 'ok' : 'missing',
      found: privileged?.found ?? untried,
    },
    kind: {
      title: `kind ${kindVersion} or a later patch`,
      state: kind ? (fitsDrill(kind.version) ? 'ok' : 'too-low') : 'missing',
      found: kind ? `${kind.version ?? 'unknown version'} (${kind.path})` : 'not installed',
    },
  } as const
}

function imageLines({ images, host }: SetupFacts, plan: SetupPlan) {
  const image = (title: string, { ref, there }: { readonly ref: string; readonly there: boolean }) =>
    ({ title, state: there ? 'ok' : 'missing', found: there ? ref : `no ${ref}` }) as const
  const goNeeded = plan.actions.some(({ id }) => ['kind', 'node-image', 'balancer-image'].includes(id))
  return {
    'workload-image': image('workload image', images.workload),
    'node-image': image('node image', images.node),
    'balancer-image': image('balancer image (2 or 3 control planes)', images.balancer),
    'second-prober-image': {
      title: 'second prober (drill run --second-prober)',
      // No other drill needs it.
      state: 'ok',
      found: images.secondProber.there
        ? images.secondProber.ref
        : 'not built: drill setup does where Go 1.22 or later is installed',
    },
    go: {
      title: 'Go, to build what is missing',
      state: host.go === undefined && goNeeded ? 'missing' : 'ok',
      found: host.go ?? (goNeeded ? 'not installed' : 'not installed; nothing is left to build'),
    },
  } as const
}

function machineLines({ host, engine }: SetupFacts, plan: SetupPlan) {
  const diskMb = plan.actions.some(({ id }) => id === 'node-image') ? limits.buildDiskMb : limits.diskMb
  const inotifyOk = host.inotifyInstances >= limits.inotifyInstances && host.inotifyWatches >= limits.inotifyWatches
  return {
    cores: {
      title: `processor cores, ${limits.cores} or more`,
      state: host.cores >= limits.cores ? 'ok' : 'too-low',
      found: String(host.cores),
      fix: `a machine with ${limits.cores} cores`,
    },
    memory: {
      title: `free memory, ${memoryNeededMb(1, 2)} MB (${memoryNeededMb(3, 2)} MB for 3 control planes)`,
      ...megabytes(host.memory?.availableMb, memoryNeededMb(1, 2)),
      fix: 'stop other programs, or use a larger machine',
    },
    disk: {
      title: `free disk in ${engine.rootDir}, ${diskMb} MB`,
      ...megabytes(engine.freeDiskMb, diskMb),
      fix: `free some in ${engine.rootDir}`,
    },
    inotify: {
      title: `inotify, ${limits.inotifyInstances} instances and ${limits.inotifyWatches} watches`,
      state: inotifyOk ? 'ok' : 'too-low',
      found: `${host.inotifyInstances} and ${host.inotifyWatches}`,
    },
    'ip-forward': {
      title: 'host forwards packets',
      state: host.ipForward ? 'ok' : 'missing',
      found: host.ipForward ? 'yes' : 'no',
    },
    cgroup: {
      title: 'control groups',
      state: host.cgroup === undefined ? 'missing' : 'ok',
      found: host.cgroup === 'v1' ? 'v1 (drill configures kubelet to accept it)' : (host.cgroup ?? 'none'),
    },
  } as const
}

function megabytes(freeMb: number | undefined, neededMb: number) {
  if (freeMb === undefined) return { state: 'missing', found: 'unknown' } as const
  return { state: freeMb >= neededMb ? 'ok' : 'too-low', found: `${freeMb} MB` } as const
}
