const startedAt = Date.parse('2026-11-24T02:00:00.000Z')
export const moments = { baseline: 60_000, unrepaired: 95_500, recovered: 130_000, settled: 220_000 } as const
export type When = keyof typeof moments

/** Wall time of a moment on the run's clock. */
export const wallAt = (atMs: number) => new Date(startedAt + atMs).toISOString()
export const moment = (when: When) => ({ atMs: moments[when], takenAt: wallAt(moments[when]) })
