import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { CommitLedger, sessionSchema, unacknowledgedSchema } from './evidence.ts'

/** What became of a statement. */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly rows: number }
  /** The database says that it did not commit. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** The session is over, and whether it committed is open. */
  | { readonly kind: 'broken'; readonly problem: string }

/** A session with the database, in which every statement is a transaction of its own. */
export interface CommitSession {
  /** Never rejects. */
  commit(statement: string): Promise<Outcome>
  close(): void
}

export interface KeepLedgerOptions {
  /** Rejects where there is no session to be had. */
  readonly connect: () => Promise<CommitSession>
  readonly nowMs: () => number
  readonly signal: AbortSignal
  readonly intervalMs?: number
}

/** Five commits a second are nothing for the database, and enough to have some in flight at any moment of a repair. */
const usualIntervalMs = 200
/** Each fifth entry is deleted when it is five entries old, so that a delete may come back, too. */
const deletedEvery = 5

/**
 * Commits a numbered entry five times a second until the signal ends it, in one session for as long as that lives, and notes what was
 * acknowledged. Never rejects.
 */
export async function keepLedger({
  connect,
  nowMs,
  signal,
  intervalMs = usualIntervalMs,
}: KeepLedgerOptions): Promise<CommitLedger> {
  const written = new Set<number>()
  const [deleted, vanished]: [number[], number[]] = [[], []]
  const unacknowledged: z.infer<typeof unacknowledgedSchema>[] = []
  const sessions: z.infer<typeof sessionSchema>[] = []
  const wait = { lastMs: null as number | null, longestMs: 0, atMs: null as number | null }
  let open: { readonly session: CommitSession; readonly fromMs: number; commits: number } | undefined

  const closed = (problem: string | null) => {
    if (!open) return
    const { session, fromMs, commits } = open
    session.close()
    sessions.push({ fromMs, toMs: nowMs(), commits, problem })
    open = undefined
  }
  const acknowledged = () => {
    const atMs = nowMs()
    if (wait.lastMs !== null && atMs - wait.lastMs > wait.longestMs) {
      wait.longestMs = atMs - wait.lastMs
      wait.atMs = wait.lastMs
    }
    wait.lastMs = atMs
    if (open) open.commits += 1
  }
  const ask = async (n: number, action: 'write' | 'delete', statement: string): Promise<number | undefined> => {
    const atMs = nowMs()
    const missed = (fate: (typeof unacknowledged)[number]['fate'], problem: string) =>
      void unacknowledged.push({ n, action, atMs, fate, problem })
    try {
      open ??= { session: await connect(), fromMs: nowMs(), commits: 0 }
    } catch (error) {
      missed('not-sent', error instanceof Error ? error.message : String(error))
      return undefined
    }
    const outcome = await open.session.commit(statement)
    if (outcome.kind === 'acknowledged') {
      acknowledged()
      return outcome.rows
    }
    missed(outcome.kind === 'refused' ? 'refused' : 'in-doubt', outcome.problem)
    if (outcome.kind === 'broken') closed(outcome.problem)
    return undefined
  }

  for (let n = 1; !signal.aborted; n++) {
    if ((await ask(n, 'write', `INSERT INTO ledger (n) VALUES (${n})`)) !== undefined) written.add(n)
    const old = n - deletedEvery
    if (old > 0 && old % deletedEvery === 0 && written.has(old)) {
      const rows = await ask(old, 'delete', `DELETE FROM ledger WHERE n = ${old}`)
      if (rows === 0) vanished.push(old)
      else if (rows !== undefined) deleted.push(old)
    }
    await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
  closed(null)
  return {
    ...{ written: [...written], deleted, vanished, unacknowledged, sessions },
    ...{ lastMs: wait.lastMs, endMs: nowMs(), longestWaitMs: wait.longestMs, longestWaitAtMs: wait.atMs },
  }
}
