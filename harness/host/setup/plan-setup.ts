import { quote } from '../../../lib/shell/bash.ts'
import { goFlags, goLinkerFlags } from '../node-image/go-build.ts'
import { extraImages } from '../extra-images/extra-images.ts'
import { kindModule, kindVersion } from './kind-path.ts'
import { limits, raisedInotify } from './limits.ts'
import { planEngine, type EnginePlanOptions } from './plan-engine.ts'
import { extraAction, planImages } from './plan-images.ts'
import { sysctlPath } from './restoration.ts'
import type { SetupFacts } from './setup-facts.ts'
import type { Action, Obstacle, SetupPlan } from './setup-plan.ts'

/** Pure: everything that setup would do on this machine, in order, and what it cannot fix. */
export function planSetup(facts: SetupFacts, options: EnginePlanOptions): SetupPlan {
  const parts = [...planEngine(facts, options), ...planSettings(facts), ...planKind(facts), ...planImages(facts)]
  const actions = parts.filter((part): part is Action => 'commands' in part)
  const obstacles = parts.filter((part): part is Obstacle => !('commands' in part))
  return { actions, obstacles: [...obstacles, ...whatBuildsNeed(facts, actions)] }
}

function planSettings({ host, engine }: SetupFacts): readonly (Action | Obstacle)[] {
  const inotify = [
    ...(host.inotifyInstances < limits.inotifyInstances
      ? [setting('fs.inotify.max_user_instances', raisedInotify.instances)]
      : []),
    ...(host.inotifyWatches < limits.inotifyWatches
      ? [setting('fs.inotify.max_user_watches', raisedInotify.watches)]
      : []),
  ]
  const raised = inotify.map(({ key, after }) => `${key} to ${after}`).join(', ')
  return [
    ...settingAction(
      'inotify',
      `raise ${raised}, until the next boot`,
      'systemd, containerd and kubelet of every node watch files',
      inotify,
    ),
    // dockerd sets it itself when it starts.
    ...(host.ipForward || engine.state !== 'answers'
      ? []
      : settingAction(
          'ip-forward',
          'let this host forward packets, until the next boot',
          'containers reach each other through it',
          [setting('net.ipv4.ip_forward', 1)],
        )),
    ...(host.cgroup === undefined
      ? [
          {
            need: 'cgroup',
            what: 'no control groups are mounted',
            fix: 'apt-get install -y cgroupfs-mount && cgroupfs-mount',
          } as const,
        ]
      : []),
  ]
}

const setting = (key: string, value: number) => ({ kind: 'sysctl', key, after: String(value) }) as const

function settingAction(
  id: 'inotify' | 'ip-forward',
  what: string,
  why: string,
  changes: readonly ReturnType<typeof setting>[],
): readonly Action[] {
  if (changes.length === 0) return []
  return [
    {
      id,
      need: id,
      what,
      why,
      commands: changes.map(({ key, after }) => `echo ${after} > ${sysctlPath(key)}`),
      rights: 'root',
      changes,
    },
  ]
}

function planKind({ kind }: SetupFacts): readonly Action[] {
  if (kind?.fits) return []
  return [
    {
      id: 'kind',
      need: 'kind',
      what: `install kind ${kindVersion} into Go's folder for commands`,
      why: kind ? `${kind.path} is kind ${kind.version ?? 'of an unknown version'}` : 'it creates the clusters',
      // Distributions pin the toolchain to their own; the module may ask for a newer one.
      commands: [
        `GOTOOLCHAIN=auto CGO_ENABLED=0 go install ${goFlags.join(' ')} -ldflags=${quote(goLinkerFlags)} ${kindModule}`,
      ],
      rights: 'user',
      changes: [],
    },
  ]
}

/** What must be there before anything long starts. */
function whatBuildsNeed({ host, engine, images }: SetupFacts, actions: readonly Action[]): readonly Obstacle[] {
  const extra = images.extra.map(({ name }) => ({ id: extraAction(name), needsGo: extraImages[name].needsGo }))
  const big = ['node-image', ...extra.map(({ id }) => id)]
  const builds = actions.some(({ id }) => big.includes(id))
  const ofGo = ['kind', 'node-image', ...extra.flatMap(({ id, needsGo }) => (needsGo ? [id] : []))]
  const goFor = actions.filter(({ id }) => ofGo.includes(id)).map(({ what }) => what)
  const noGo = `Go is not installed, and is needed to ${goFor.join(' and to ')}`
  const noDisk = `${engine.freeDiskMb} MB of disk are free in ${engine.rootDir}, building images needs ${limits.buildDiskMb} MB`
  const noRoot = 'building images needs root without a password prompt'
  const notHere = `images can be built on Debian and Ubuntu only; this is ${host.os.prettyName}`
  return [
    ...when(goFor.length > 0 && host.go === undefined, { need: 'go', what: noGo, fix: 'https://go.dev/doc/install' }),
    ...when(builds && (engine.freeDiskMb ?? Infinity) < limits.buildDiskMb, {
      need: 'disk',
      what: noDisk,
      fix: `free some in ${engine.rootDir}`,
    }),
    ...when(builds && !host.apt, {
      need: 'node-image',
      what: notHere,
      fix: 'npx --no-install drill setup --node-image kindest/node:<version>',
    }),
    ...when(builds && ['none', 'sudo-asks'].includes(host.rights), {
      need: 'node-image',
      what: noRoot,
      fix: asRootLine(host.rights),
    }),
  ]
}

const asRootLine = (rights: SetupFacts['host']['rights']) =>
  rights === 'none' ? 'as root: npx --no-install drill setup' : 'sudo env "PATH=$PATH" npx --no-install drill setup'

const when = (condition: boolean, obstacle: Obstacle): readonly Obstacle[] => (condition ? [obstacle] : [])
