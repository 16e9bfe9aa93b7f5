import type { RunRecord } from '../../harness/model/run-record.ts'

type Actions = RunRecord['plan'][number]['actions']

/** The planned actions of a step, one line each; machines with the same actions for the same reason share a line. */
export function actionLines(actions: Actions): readonly string[] {
  if (actions.length === 0) return ['nothing to do']
  const whats = grouped(actions, ({ node, reason }) => `${node}\n${reason}`).map((same) => ({
    node: same[0].node,
    what: `${together(same.map(({ action }) => action))} (${same[0].reason})`,
  }))
  return grouped(whats, ({ what }) => what).map((same) => `${same.map(({ node }) => node).join(', ')}: ${same[0].what}`)
}

/** `restore ca.crt, ca.key` for actions that begin with the same verb. */
function together(actions: readonly string[]): string {
  const [first = ''] = actions
  const verb = first.slice(0, first.indexOf(' ') + 1)
  const same = verb !== '' && actions.every((action) => action.startsWith(verb))
  return same ? `${verb}${actions.map((action) => action.slice(verb.length)).join(', ')}` : actions.join(', ')
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return [...groups.values()]
}
