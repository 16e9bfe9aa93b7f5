import type { HostFacts } from './host-facts.ts'
import { quote } from '../../../lib/shell/bash.ts'
import type { SetupFacts } from './setup-facts.ts'
import type { Action, SetupPlan } from './setup-plan.ts'

/** Pure: what setup is about to do, for people. */
export function planLines({ host }: SetupFacts, plan: SetupPlan): readonly string[] {
  const lines = plan.actions.flatMap((action, index) => [
    `${String(index + 1).padStart(2)}. ${action.what}${action.rights === 'root' ? '  [as root]' : ''}`,
    `      because: ${action.why}`,
    ...shownCommands(action, host.rights).flatMap((command) =>
      command.split('\n').map((line, at) => `      ${at === 0 ? '$' : ' '} ${line}`),
    ),
  ])
  return [
    `This machine: ${machineLine(host)}`,
    'drill setup will do this, in this order:',
    ...lines,
    ...undoLines(plan),
  ]
}

/** Pure: the commands as the user would type them; plain ones where another user must run them as root. */
export function shownCommands({ commands, rights }: Action, has: HostFacts['rights']): readonly string[] {
  if (rights === 'user' || has === 'root' || has === 'none') return commands
  return commands.map((command) =>
    /[>|&;$"]|^\w+=/.test(command) ? `sudo sh -c ${quote(command)}` : `sudo ${command}`,
  )
}

function machineLine(host: HostFacts): string {
  const rights = {
    root: 'root',
    sudo: `${host.user} with sudo`,
    'sudo-asks': `${host.user} with sudo`,
    none: `${host.user} without root or sudo`,
  }
  return [
    host.os.prettyName,
    rights[host.rights],
    `${host.cores} cores`,
    ...(host.memory ? [`${host.memory.availableMb} MB of memory free`] : []),
    host.serviceManager ? 'systemd' : 'no service manager',
    `cgroup ${host.cgroup ?? 'missing'}`,
    ...(host.sysResource ? [] : ['no CAP_SYS_RESOURCE']),
  ].join(', ')
}

function undoLines({ actions }: SetupPlan): readonly string[] {
  const undone = actions.some(({ changes, id }) => changes.length > 0 || id === 'engine-start')
  return undone
    ? ['`drill gc --host` restores the settings and stops an engine that drill started; packages and images stay.']
    : []
}
