import type { RunRecord } from './run-record.ts'

type Actions = RunRecord['plan'][number]['actions']

/** What a step would do, for people, a line each; machines to which the same happens for the same reason share one. */
export function actionLines(actions: Actions): readonly string[] {
  if (actions.length === 0) return ['nothing to do']
  const whats = grouped(actions, ({ node, reason }) => `${node}\n${reason}`).map((same) => ({
    node: same[0].node,
    what: `${same.map(({ action }) => action).join(', ')} (${same[0].reason})`,
  }))
  return grouped(whats, ({ what }) => what).map((same) => `${same.map(({ node }) => node).join(', ')}: ${same[0].what}`)
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
